//! Targets without a time, an LSN or an XID: a restore point, consistency, the end of the log.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};

/// Three restore points, two of them of one name, and a snapshot behind them.
const NAMED: &str = "# A day with restore points
scenario archive timeout 1m, xid 10
01:00:00 ops    CREATE TABLE notes (id int, text text)
01:01:00 ops    backup b1
01:02:00 app-1  INSERT INTO notes VALUES (1, 'one')
01:03:00 ops    restore point 'before the import'
01:04:00 app-1  INSERT INTO notes VALUES (2, 'two')
01:05:00 ops    restore point 'after it'
01:06:00 app-1  INSERT INTO notes VALUES (3, 'three')
01:07:00 ops    restore point 'before the import'
01:08:00 ops    invariant all: rows notes >= 2
01:09:00 ops    backup b2
01:10:00 app-1  INSERT INTO notes VALUES (4, 'four')
01:20:00 ops    note 'that was it'
";

async fn note_says(lab: &Lab, words: &str) -> Outcome {
    let look = async || {
        let note = "return document.getElementById('recover-target-note')?.textContent";
        let said = lab.script(note, Vec::new()).await.ok()?;
        said.as_str().is_some_and(|said| said.contains(words)).then_some(())
    };
    lab.wait(&format!("the note under the target to say {words:?}"), look).await
}

#[test]
fn a_restore_point_is_a_target() {
    visit("recover-name", Setting::default(), async |lab| {
        lab.run_titled(NAMED).await?;
        lab.choose_kind("Name").await?;
        lab.slider_saying("Recovery target", "restore point").await?;
        lab.type_into("Target", "tomorrow").await?;
        note_says(lab, "before the import, after it").await?;
        lab.is_accessible("a name that is not there").await?;
        lab.type_into("Target", "before the import").await?;
        lab.region_saying(
            "Recover",
            &["b1 is chosen", "b2 is newer, but cannot", "XID 11", "last in", "XID 12", "first out"],
        )
        .await?;
        let inclusive = lab.find("checkbox", "Inclusive").await?;
        ensure!(!inclusive.is_enabled().await?, "a restore point has no sides");
        lab.go_to_the_end_of("Recover", &["Recovered to restore point before the import: 1 transaction replayed"])
            .await?;
        ensure!(lab.rows("notes recovered").await?.len() == 1, "the first note alone");
        let text = lab.text().await?;
        for words in [
            "first restore point called before the import",
            "Validation failed",
            "all: rows notes >= 2: does not hold, with 1",
        ] {
            ensure!(text.contains(words), "the report says {words:?}: {text}");
        }
        lab.is_accessible("recovered to a restore point").await
    });
}

#[test]
fn two_kinds_need_no_text() {
    visit("recover-bare", Setting::default(), async |lab| {
        lab.run_titled(NAMED).await?;
        for (kind, slider, outcome, rows) in [
            (
                "Immediate",
                "the first consistent moment",
                "Recovered to the first consistent moment: 0 transactions replayed",
                3,
            ),
            ("End of log", "the end of the log", "Recovered to the end of the log: 1 transaction replayed", 4),
        ] {
            lab.choose_kind(kind).await?;
            lab.slider_saying("Recovery target", slider).await?;
            ensure!(!lab.find("textbox", "Target").await?.is_enabled().await?, "{kind}: nothing is to be typed");
            note_says(lab, "Needs no text").await?;
            lab.region_saying("Recover", &["does not apply", "the cut: at 0/"]).await?;
            lab.go_to_the_end_of("Recover", &[outcome]).await?;
            ensure!(lab.rows("notes recovered").await?.len() == rows, "{kind}: {rows} notes");
            lab.is_accessible(kind).await?;
        }
        ensure!(lab.text().await?.contains("It ends at"), "why the log ended is told");
        Ok(())
    });
}

#[test]
fn a_log_without_restore_points_says_how_to_make_one() {
    visit("recover-nameless", Setting::default(), async |lab| {
        lab.choose_kind("Name").await?;
        note_says(lab, "restore point 'before the import'").await?;
        lab.is_accessible("no restore point").await?;
        lab.size(390, 844).await?;
        let apart = "const boxes = [...document.querySelectorAll('.segment')].map(each => each.getBoundingClientRect());
            const inside = box => box.left >= 0 && box.right <= innerWidth && box.width > 0;
            const clear = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
            return boxes.length === 6 && boxes.every(inside) && boxes.every((a, i) => boxes.slice(i + 1).every(b => clear(a, b)));";
        ensure!(lab.script(apart, Vec::new()).await? == true, "six kinds side by side at 390 px");
        lab.shoot("recover-390").await?;
        lab.is_accessible("six kinds on a phone").await?;
        lab.choose_kind("Time").await?;
        lab.slider_saying("Recovery target", "02:59:59").await?;
        Ok(())
    });
}
