//! What became of a choice: right or not, why, and what the engine found when it did what the choice says.

use crate::format;
use crate::state::{Action, Session};
use crate::story::outcome;
use crate::tables::diff;
use crate::tables::grid::{DiffWords, difference, grid, head_cell, word};
use crate::tables::mark::{Sign, mark, problem_line};
use crate::view::{group, none, plain, show_top, tag};
use crate::words::{count, t};
use pitr_protocol::{Consequence, Grade, MeasuredRow, ScriptSource, Table};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

pub fn grade_card(grade: &Grade, zone_offset_s: i32, session: &Session) -> Html {
    let (class, sign, verdict) = match grade.right {
        true => ("grade is-right", Sign::In, "quiz.right"),
        false => ("grade is-wrong", Sign::Out, "quiz.wrong"),
    };
    tag("div", class)
        .child(group("p", "grade-verdict", [mark(sign), plain("strong", "", t(verdict, &[]))]))
        .child(plain("p", "grade-why", grade.explanation.clone()))
        .all(consequence(&grade.consequence, zone_offset_s, session))
        .html()
}

fn consequence(consequence: &Consequence, zone_offset_s: i32, session: &Session) -> Vec<Html> {
    match consequence {
        Consequence::Recovered { report, recovered, wanted, script } => vec![
            plain("p", "grade-ran", t("quiz.ran", &[("outcome", &outcome(report))])),
            differences(recovered, wanted, zone_offset_s),
            open_it(script, session),
        ],
        Consequence::Failed { problem, script } => {
            vec![plain("p", "grade-ran", t("quiz.ran_failed", &[])), problem_line(problem), open_it(script, session)]
        }
        Consequence::Measured { rows } => vec![measured(rows)],
    }
}

/// Each table against the one that was to be had; those that are the same in one sentence.
fn differences(recovered: &[Table], wanted: &[Table], zone_offset_s: i32) -> Html {
    let mut list = tag("div", "grade-tables");
    for name in diff::names(recovered, wanted) {
        let (gave, had) = (diff::named(recovered, name), diff::named(wanted, name));
        let found = diff::difference(had, gave);
        list = list.child(if found.is_same() {
            let kept = count("quiz.table_right", u64::from(found.kept), &[("name", name)]);
            group("p", "grade-same", [mark(Sign::In), plain("span", "", kept)])
        } else {
            let columns = gave.or(had).map_or(&[][..], |table| &table.columns);
            difference(columns, &found, &t("quiz.table_wrong", &[("name", name)]), DiffWords::Answer, zone_offset_s)
        });
    }
    list.html()
}

/// What turning the knob did to each objective; the one that it moved most is set apart.
fn measured(rows: &[MeasuredRow]) -> Html {
    let most = rows.iter().map(moved).max().unwrap_or(0);
    let lines = rows.iter().map(|row| {
        let class = if most > 0 && moved(row) == most { "is-changed" } else { "" };
        let (sign, effect) = match factor(row) {
            Some(factor) => (Sign::Changed, t("quiz.factor", &[("factor", &factor)])),
            None => (Sign::Kept, t("quiz.not_moved", &[])),
        };
        let name = t(&word("objective.", &row.objective, ""), &[]);
        let cells = [
            tag("th", "").attr("scope", "row").text(name).html(),
            plain("td", "is-number", amount(&row.objective, row.before)),
            plain("td", "is-number", amount(&row.objective, row.after)),
            tag("td", "grid-word").child(mark(sign)).text(effect).html(),
        ];
        group("tr", class, cells)
    });
    let head = [
        head_cell("", t("quiz.objective", &[])),
        head_cell("is-number", t("quiz.before", &[])),
        head_cell("is-number", t("quiz.after", &[])),
        head_cell("", t("quiz.effect", &[])),
    ];
    let size = (rows.len(), head.len());
    grid(&t("quiz.measured", &[]), "grid grade-measured", size, group("tr", "", head), lines.collect())
}

/// How much an objective changed, in thousandths of what it was.
fn moved(row: &MeasuredRow) -> i64 {
    (row.after - row.before).abs().saturating_mul(1000) / row.before.abs().max(1)
}

/// The new value as a multiple of the old one, to the tenth; `None` if it is the same.
fn factor(row: &MeasuredRow) -> Option<String> {
    if row.before == row.after {
        return None;
    }
    Some(format::tenths((row.after.saturating_mul(20) / row.before.max(1) + 1) / 2))
}

/// An objective's value in its unit.
fn amount(objective: &str, value: i64) -> String {
    match objective {
        "storage" => format::bytes(value.max(0) as u64),
        "granularity" => count("quiz.commits", value.max(0) as u64, &[]),
        _ => format::duration(value),
    }
}

/// Opens the run that was just graded, in the lab.
fn open_it(script: &str, session: &Session) -> Html {
    if script.is_empty() {
        return none();
    }
    let (script, session) = (script.to_owned(), session.clone());
    let open = Callback::from(move |_: Event| {
        session.act(Action::Load(ScriptSource::Text(script.clone())));
        show_top();
    });
    let button = tag("button", "button").attr("type", "button").on(ListenerKind::onclick, open);
    group("p", "", [button.text(t("quiz.open", &[])).html()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(before: i64, after: i64) -> MeasuredRow {
        MeasuredRow { objective: "rpo".to_owned(), before, after }
    }

    #[test]
    fn a_change_is_a_multiple_to_the_tenth() {
        assert_eq!(factor(&row(280, 840)).as_deref(), Some("3.0"));
        assert_eq!(factor(&row(114, 101)).as_deref(), Some("0.9"));
        assert_eq!(factor(&row(1, 1)), None);
        assert!(moved(&row(280, 840)) > moved(&row(114, 101)));
    }
}
