//! Random histories with chains of backups, for the tests that draw them.

use proptest::prelude::*;

/// Lines of a random history: what is done in each of its minutes. Chains of backups `b1`, `b2`, ... run through it, the first of them full.
pub fn a_history() -> impl Strategy<Value = String> {
    let step = prop_oneof![
        4 => (0_u32..40, 0_usize..60).prop_map(|(id, length)| format!("INSERT INTO notes VALUES ({id}, '{}')", "x".repeat(length))),
        3 => (0_u32..40, 0_u32..9).prop_map(|(id, n)| format!("UPDATE notes SET text = 'changed {n}' WHERE id = {id}")),
        2 => (0_u32..40).prop_map(|id| format!("DELETE FROM notes WHERE id < {id}")),
        2 => (0_u32..1000).prop_map(|id| format!("INSERT INTO other VALUES ({id})")),
        1 => Just("TRUNCATE other".to_owned()),
        1 => Just("checkpoint".to_owned()),
        1 => Just("switch segment".to_owned()),
        1 => Just("rollback".to_owned()),
        2 => Just("backup full".to_owned()),
        4 => Just("backup incremental".to_owned()),
        2 => Just("backup by hand".to_owned()),
    ];
    let sizes = (10_u32..13, 10_u32..12, 4_u32..12, any::<u32>());
    (prop::collection::vec(step, 5..45), sizes).prop_map(|(steps, (segment, page, buffers, seed))| {
        let mut text = format!(
            "scenario seed {seed}, date 2026-03-04, segment {}B, page {}B, buffers {buffers}, archive timeout 3m\n\
            00:00:00 ops CREATE TABLE notes (id int, text text)\n00:00:00 ops CREATE TABLE other (id int)\n",
            1 << segment, 1 << page
        );
        for id in 100..130 {
            text.push_str(&format!("00:00:00 ops INSERT INTO notes VALUES ({id}, 'there from the beginning')\n"));
        }
        text.push_str("00:00:30 ops backup b1\n");
        let (mut backups, mut by_hand, mut copied, mut keys) = (1, false, false, std::collections::BTreeSet::new());
        for (minute, step) in (1..).zip(steps) {
            let time = format!("{:02}:{:02}:00", minute / 60, minute % 60);
            let statement = match step.as_str() {
                "rollback" => {
                    text.push_str(&format!("{time} app BEGIN\n{time} app DELETE FROM notes\n"));
                    "ROLLBACK".to_owned()
                }
                "backup by hand" if by_hand && !copied => {
                    copied = true;
                    format!("backup copy b{backups}")
                }
                "backup by hand" if by_hand => {
                    by_hand = false;
                    copied = false;
                    format!("backup stop b{backups}")
                }
                kind if kind.starts_with("backup") => {
                    if by_hand {
                        continue;
                    }
                    backups += 1;
                    by_hand = kind == "backup by hand";
                    match kind {
                        "backup full" => format!("backup b{backups}"),
                        "backup incremental" => format!("backup b{backups} incremental"),
                        _ => format!("backup start b{backups} incremental from b{}", backups - 1),
                    }
                }
                insert if insert.starts_with("INSERT") => {
                    // A key that was ever used is not used again: what is refused ends a run.
                    let key = insert.split_once(')').map_or(insert, |(key, _)| key);
                    let key = key.split_once(',').map_or(key, |(key, _)| key).to_owned();
                    if !keys.insert(key) {
                        continue;
                    }
                    insert.to_owned()
                }
                other => other.to_owned(),
            };
            text.push_str(&format!("{time} app {statement}\n"));
        }
        let end = "01:00:00";
        if by_hand {
            text.push_str(&format!("{end} ops backup stop b{backups}\n"));
        }
        text.push_str(&format!("{end} ops backup last incremental\n01:01:00 ops backup all\n01:02:00 ops INSERT INTO other VALUES (5000)\n"));
        text.push_str("01:03:00 ops INSERT INTO other VALUES (5001)\n01:04:00 ops switch segment\n01:10:00 ops note 'all is archived'\n");
        text
    })
}
