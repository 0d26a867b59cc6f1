//! What happens at the target: a recovery that is paused and promoted, one that shuts down and goes on; and all of it by the keyboard.

use pitr_e2e::{Setting, ensure, visit};
use thirtyfour::Key;

#[test]
fn a_pause_is_looked_at_and_promoted() {
    visit("recover-pause", Setting::default(), async |lab| {
        lab.choose("At the target", "pause").await?;
        let words = ["Paused at 02:59:59: 11 transactions replayed", "XID 113"];
        lab.go_to_the_end_of("Recover", &words).await?;
        ensure!(lab.rows("users recovered").await?.len() == 8, "its tables can be read");
        lab.region_saying("Recover", &["paused at 02:59:59", "Promote"]).await?;
        ensure!(lab.typed_script().await?.contains(" pause\n"), "the script says so");
        lab.is_accessible("paused").await?;
        lab.go_to_the_end_of("Promote", &["Recovered to 02:59:59: 11 transactions replayed"]).await?;
        ensure!(lab.typed_script().await?.trim_end().ends_with("resume"), "the script goes on");
        ensure!(!lab.names("button").await?.iter().any(|name| name == "Promote"), "that was it");
        ensure!(lab.text().await?.contains("Validation passed"), "it is checked");
        lab.is_accessible("promoted").await
    });
}

#[test]
fn a_server_that_shut_down_goes_on() {
    visit("recover-shutdown", Setting::default(), async |lab| {
        lab.type_into("Target", "02:30:00").await?;
        lab.choose("At the target", "shut down").await?;
        lab.go_to_the_end_of("Recover", &["Shut down at 02:30:00"]).await?;
        ensure!(lab.text().await?.contains("its tables cannot be read"), "the tables say why they are not there");
        lab.is_accessible("shut down").await?;
        // Back cannot be: what is replayed is replayed, and it goes on waiting.
        lab.type_into("Target", "02:20:00").await?;
        lab.region_saying("Recover", &["Go on to 02:20:00"]).await?;
        lab.press("Go on to 02:20:00").await?;
        lab.wait("a refusal", async || lab.find_all("alert", "").await.ok()?.pop().map(|_| ())).await?;
        lab.type_into("Target", "02:59:59").await?;
        lab.choose("At the target", "promote").await?;
        lab.region_saying("Recover", &["Go on to 02:59:59"]).await?;
        lab.go_to_the_end_of("Go on to 02:59:59", &["Recovered to 02:59:59: 11 transactions replayed"]).await?;
        ensure!(lab.rows("users recovered").await?.len() == 8, "everybody is back");
        ensure!(lab.typed_script().await?.contains("continue to time"), "the script goes on");
        Ok(())
    });
}

#[test]
fn all_of_it_by_the_keyboard() {
    visit("recover-keyboard", Setting::default(), async |lab| {
        lab.tab_to("combobox", "Backup").await?;
        lab.keys(Key::Down).await?;
        lab.region_saying("Recover", &["Your choice"]).await?;
        lab.keys(Key::Up).await?;
        lab.region_saying("Recover", &["is chosen"]).await?;
        lab.tab_to("radio", "Time").await?;
        for kind in ["LSN", "XID", "Name", "Immediate", "End of log"] {
            lab.keys(Key::Right).await?;
            let at = async || {
                let label = "return document.activeElement.closest('label')?.textContent";
                lab.script(label, Vec::new()).await.ok().filter(|label| label == kind)
            };
            lab.wait(&format!("the kind {kind}"), at).await?;
        }
        lab.slider_saying("Recovery target", "the end of the log").await?;
        lab.tab_to("combobox", "Timeline").await?;
        lab.keys(Key::Down).await?;
        lab.tab_to("combobox", "At the target").await?;
        lab.keys(Key::Down).await?;
        lab.region_saying("Recover", &["can be read and waits"]).await?;
        lab.tab_to("button", "Recover").await?;
        lab.keys(Key::Enter).await?;
        lab.wait("the recovery to play", async || {
            lab.names("button").await.ok()?.iter().any(|name| name == "Pause").then_some(())
        })
        .await?;
        lab.tab_to("slider", "Position").await?;
        lab.keys(Key::End).await?;
        lab.status_saying(&["Paused at the end of the log"]).await?;
        lab.tab_to("button", "Promote").await?;
        lab.keys(Key::Enter).await?;
        lab.status_saying(&["Recovered to the end of the log"]).await?;
        ensure!(lab.typed_script().await?.contains("along current pause"), "what was chosen is in the script");
        Ok(())
    });
}
