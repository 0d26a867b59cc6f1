//! A log that has forked twice: which of its timelines is followed is a choice.

use pitr_e2e::{Setting, ensure, visit};

/// Timeline 2 leaves 1 before XID 12, timeline 3 leaves 2 before XID 14.
const FORKS: &str = "# Two forks
scenario archive timeout 1m, xid 10
01:00:00 ops    CREATE TABLE notes (id int, text text)
01:01:00 ops    backup b1
01:02:00 app-1  INSERT INTO notes VALUES (1, 'one')
01:04:00 app-1  INSERT INTO notes VALUES (2, 'lost on 1')
01:10:00 ops    recover to xid 12 exclusive
01:11:00 ops    switch over
01:12:00 app-1  INSERT INTO notes VALUES (3, 'on 2')
01:13:00 app-1  INSERT INTO notes VALUES (4, 'lost on 2')
01:20:00 ops    recover to xid 14 exclusive
01:21:00 ops    switch over
01:22:00 app-1  INSERT INTO notes VALUES (5, 'on 3')
01:30:00 ops    note 'which one?'
";

#[test]
fn each_of_them_has_its_rows() {
    visit("recover-timelines", Setting::default(), async |lab| {
        lab.run_titled(FORKS).await?;
        lab.choose_kind("End of log").await?;
        lab.slider_saying("Recovery target", "the end of the log").await?;
        for (timeline, ids, last) in [
            ("latest", "1 3 5", "on 3"),
            ("3: forked off 2 at", "1 3 5", "on 3"),
            ("2: forked off 1 at", "1 3 4", "lost on 2"),
            ("1: the first", "1 2", "lost on 1"),
            ("current", "1 2", "lost on 1"),
        ] {
            lab.choose("Timeline", timeline).await?;
            lab.region_saying("Recover", &[last, "last in"]).await?;
            lab.go_to_the_end_of("Recover", &["Recovered to the end of the log"]).await?;
            let rows = lab.rows("notes recovered").await?;
            let found: Vec<&str> = rows.iter().filter_map(|row| row.first()).map(String::as_str).collect();
            ensure!(found.join(" ") == ids, "{timeline}: {found:?}");
            ensure!(lab.text().await?.contains("timeline 4, forked off timeline"), "{timeline}: the next free number");
        }
        lab.is_accessible("a timeline is chosen").await?;
        // An XID that only one of them has.
        lab.choose_kind("XID").await?;
        lab.type_into("Target", "14").await?;
        lab.region_saying("Recover", &["XID 14"]).await?;
        lab.choose("Timeline", "2: forked").await?;
        lab.region_saying("Recover", &["keeps", "leaves out"]).await?;
        Ok(())
    });
}
