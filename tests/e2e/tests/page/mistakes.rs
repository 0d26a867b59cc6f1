//! Bad input: a sentence beside it that names what works, and a run that stays as it was.

use pitr_e2e::{Setting, ensure, visit};

#[test]
fn targets_that_cannot_be() {
    visit("bad-targets", Setting::default(), async |lab| {
        let before = lab.run_as_shown().await?;
        let mistakes = [
            ("Time", "tomorrow", "02:59:59"),
            ("Time", "25:00:00", "00 to 23"),
            ("Time", "01:00:00", "02:0"),
            ("Time", "03:09:59", "03:0"),
            ("LSN", "3A40", "0/3A40"),
            ("LSN", "F/0", "0/"),
            ("LSN", "0/XYZ", "0/3A40"),
            ("XID", "the last", "1 to 4294967295"),
            ("XID", "999", "XID 114"),
        ];
        for (kind, text, works) in mistakes {
            lab.choose_kind(kind).await?;
            lab.type_into("Target", text).await?;
            let field = lab.find("textbox", "Target").await?;
            let invalid = async || (field.attr("aria-invalid").await.ok()? == Some("true".to_owned())).then_some(());
            lab.wait(&format!("{kind} {text:?} to be marked as wrong"), invalid).await?;
            let described = field.attr("aria-describedby").await?.unwrap_or_default();
            let says_what_works = async || {
                let text = "return document.getElementById(arguments[0])?.textContent";
                let note = lab.script(text, vec![described.clone().into()]).await.ok()?;
                note.as_str().is_some_and(|note| note.contains(works)).then_some(())
            };
            lab.wait(&format!("the message about {kind} {text:?} to name what works ({works})"), says_what_works)
                .await?;
            ensure!(lab.run_as_shown().await? == before, "{kind} {text:?}: the run stays as it was");
        }
        // Asked for all the same, it is refused and nothing changes.
        lab.press("Recover").await?;
        lab.wait("a refusal", async || lab.find_all("alert", "").await.ok()?.pop().map(|_| ())).await?;
        ensure!(lab.run_as_shown().await? == before, "the run stays as it was");
        ensure!(!lab.has_table("users recovered").await?, "nothing was recovered");
        // And the right thing still works.
        lab.choose_kind("Time").await?;
        lab.type_into("Target", "02:59:59").await?;
        lab.region_saying("Recover", &["XID 112", "last in"]).await?;
        lab.recover_at_once().await?;
        Ok(())
    });
}

#[test]
fn scripts_that_cannot_be() {
    visit("bad-scripts", Setting::default(), async |lab| {
        let before = lab.run_as_shown().await?;
        let good = lab.typed_script().await?;
        let mistakes = [
            (good.replace("DELETE FROM users\n", "DELTE FROM users\n"), "DELETE FROM"),
            (good.replace("seed 7", "sead 7"), "seed"),
            (good.replace("02:10:00", "02:61:00"), "00 to 59"),
            (good.replace("INTO users", "INTO nobody"), "nobody"),
            (good.replace("is empty.'", "is empty."), "quote"),
            ("\u{1}\u{2}\u{fffd}".to_owned(), "belongs"),
        ];
        for (script, says) in mistakes {
            ensure!(script != good, "the mistake is in it");
            lab.run_script(&script).await?;
            let alert = async || {
                for alert in lab.find_all("alert", "").await.ok()? {
                    let text = alert.text().await.ok()?;
                    if text.contains(says) {
                        return Some(text);
                    }
                }
                None
            };
            lab.wait(&format!("a message with {says:?} in it"), alert).await?;
            ensure!(lab.run_as_shown().await? == before, "{says}: the run stays as it was");
        }
        Ok(())
    });
}

#[test]
fn a_script_that_is_right_is_run() {
    visit("own-script", Setting::default(), async |lab| {
        let script = lab
            .typed_script()
            .await?
            .replace("# The 03:00 DELETE", "# A day of my own")
            .replace("'Ada Lovelace'", "'Ada Byron'");
        lab.run_script(&script).await?;
        lab.wait("the run of the script", async || {
            let text = lab.text().await.ok()?;
            text.contains("A day of my own").then_some(())
        })
        .await?;
        lab.recover_at_once().await?;
        let users = lab.rows("users recovered").await?;
        ensure!(users.iter().flatten().any(|cell| cell == "Ada Byron"), "it is that script's data: {users:?}");
        Ok(())
    });
}

#[test]
fn a_script_that_needs_the_whole_engine_is_run_on_it() {
    visit("whole-engine", Setting::default(), async |lab| {
        let script = lab.typed_script().await?.replace(
            "DELETE FROM users\n",
            "BEGIN\n03:00:00  admin  SAVEPOINT before\n03:00:00  admin  DELETE FROM users WHERE id = 1\n\
             03:00:00  admin  ROLLBACK TO before\n03:00:00  admin  TRUNCATE users\n03:00:00  admin  COMMIT\n",
        );
        let script = script.replace("# The 03:00 DELETE", "# The 03:00 TRUNCATE");
        lab.run_script(&script).await?;
        lab.wait("the run of the script", async || {
            let text = lab.text().await.ok()?;
            text.contains("The 03:00 TRUNCATE").then_some(())
        })
        .await?;
        ensure!(lab.rows("users now").await?.is_empty(), "the table is empty");
        lab.recover_at_once().await?;
        ensure!(lab.rows("users recovered").await?.len() == 8, "every user comes back");
        Ok(())
    });
}
