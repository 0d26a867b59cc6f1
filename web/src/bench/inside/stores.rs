//! The backup store: each base backup with what it continues.

use super::table;
use crate::format;
use crate::state::Run;
use crate::view::{group, none, plain, tag};
use crate::words::t;
use pitr_protocol::inside::{BackupInside, Inside};
use yew::prelude::*;

pub fn backups(run: &Run, inside: &Inside) -> Html {
    if inside.backups.is_empty() {
        return plain("p", "bench-hint", t("bench.inside.no_backups", &[]));
    }
    let ordered = in_chains(&inside.backups);
    let rows = ordered.into_iter().map(|backup| row(run, backup)).collect();
    let caption = t("bench.inside.backups_caption", &[("count", &format::count(u64::from(inside.backup_count)))]);
    group("div", "inside-body", [table(caption, &["backup", "taken", "from_lsn", "state"], rows)])
}

/// Each backup behind the one that it continues, the chains in the order of their beginnings.
fn in_chains(backups: &[BackupInside]) -> Vec<&BackupInside> {
    fn follow<'a>(all: &'a [BackupInside], of: &BackupInside, into: &mut Vec<&'a BackupInside>) {
        for backup in all.iter().filter(|backup| backup.parent.as_deref() == Some(of.label.as_str())) {
            // A label that names itself would go round for ever.
            if into.iter().all(|known| known.label != backup.label) {
                into.push(backup);
                follow(all, backup, into);
            }
        }
    }
    let mut ordered: Vec<&BackupInside> = Vec::new();
    let is_root = |backup: &BackupInside| match &backup.parent {
        Some(parent) => backups.iter().all(|other| other.label != *parent),
        None => true,
    };
    for backup in backups.iter().filter(|backup| is_root(backup)) {
        ordered.push(backup);
        follow(backups, backup, &mut ordered);
    }
    ordered
}

fn row(run: &Run, backup: &BackupInside) -> Html {
    let chain = match &backup.parent {
        Some(parent) => plain("span", "inside-note", t("bench.inside.continues", &[("parent", parent)])),
        None => none(),
    };
    let depth = format!("padding-inline-start:{}em", f64::from(backup.depth.min(8)) * 1.1);
    let label = tag("span", if backup.depth > 0 { "inside-label-chain" } else { "" }).text(backup.label.clone()).html();
    let name = tag("th", "").attr("scope", "row").attr("style", &depth).child(label).child(chain).html();
    let taken = if backup.complete { run.clock_ms(backup.start_us) } else { String::new() };
    let lsn = |lsn: u64| if lsn == 0 { String::new() } else { format::lsn(lsn) };
    let range = match backup.complete {
        true => t("bench.inside.range", &[("redo", &lsn(backup.redo_lsn)), ("end", &lsn(backup.end_lsn))]),
        false => String::new(),
    };
    let key = match (backup.complete, backup.parent.is_some()) {
        (false, _) => "bench.inside.kept.taking",
        (true, false) => "bench.inside.kept.full",
        (true, true) => "bench.inside.kept.incremental",
    };
    let bytes = format::bytes(backup.bytes.saturating_mul(run.head.scale.max(1)));
    let mut state = vec![plain(
        "span",
        "inside-state",
        t(key, &[("files", &format::count(backup.files.into())), ("bytes", &bytes)]),
    )];
    if backup.restored {
        state.push(plain("span", "inside-note", t("bench.inside.is_restored", &[])));
    }
    if backup.moved {
        state.push(plain("strong", "inside-move", t("bench.inside.move.backup", &[])));
    }
    tag("tr", if backup.moved { "is-moved" } else { "" })
        .key(backup.label.clone())
        .attr("data-point", "backup")
        .attr("data-name", &backup.label)
        .child(name)
        .child(plain("td", "num", taken))
        .child(plain("td", "num", range))
        .child(tag("td", "").all(state).html())
        .html()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backup(label: &str, parent: Option<&str>) -> BackupInside {
        BackupInside {
            label: label.into(),
            parent: parent.map(str::to_owned),
            depth: 0,
            complete: true,
            timeline: 1,
            start_us: 0,
            redo_lsn: 0,
            end_lsn: 0,
            files: 0,
            bytes: 0,
            restored: false,
            moved: false,
        }
    }

    #[test]
    fn chains_stay_together_and_nothing_is_left_out() {
        let all = [
            backup("a", None),
            backup("b", None),
            backup("a1", Some("a")),
            backup("b1", Some("b")),
            backup("a2", Some("a1")),
            backup("orphan", Some("gone")),
        ];
        let labels: Vec<&str> = in_chains(&all).iter().map(|backup| backup.label.as_str()).collect();
        assert_eq!(labels, ["a", "a1", "a2", "b", "b1", "orphan"]);
    }
}
