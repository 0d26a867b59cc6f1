//! The box *Session* of the workbench: two sessions at a time, and what is not committed is nobody else's yet.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use thirtyfour::Key;

/// Types a statement as a session, and sends it off.
async fn send(lab: &Lab, session: &str, statement: &str) -> Outcome {
    let field = lab.find("combobox", "Session").await?;
    field.click().await?;
    field.send_keys(Key::Control + "a").await?;
    field.send_keys(session).await?;
    lab.type_into("Statement", statement).await?;
    lab.keys(Key::Escape).await?;
    lab.keys(Key::Enter).await
}

/// The same, and waits until it has been carried out.
async fn run(lab: &Lab, session: &str, statement: &str) -> Outcome {
    send(lab, session, statement).await?;
    lab.region_saying("Workbench", &[&format!("{session} ran {statement}.")]).await?;
    // The run that has the statement at its end is the one on show.
    let shown = async || {
        let place = "const at = document.querySelector('.position-slider, input[aria-label=Position]');
            return at.value === at.max";
        (lab.script(place, Vec::new()).await.ok()? == true).then_some(())
    };
    lab.wait("the end of the run", shown).await
}

/// Waits until a table of users has these keys.
async fn users(lab: &Lab, table: &str, keys: &[&str]) -> Outcome {
    let found = async || {
        let rows = lab.rows(table).await.ok()?;
        Some(rows.into_iter().filter_map(|row| row.into_iter().next()).collect::<Vec<_>>())
    };
    let are = async || (found().await? == keys).then_some(());
    match lab.wait(&format!("{table} to have {keys:?}"), are).await {
        Ok(()) => Ok(()),
        Err(error) => Err(format!("{error}; there are {:?}", found().await).into()),
    }
}

#[test]
fn what_one_session_has_not_committed_is_not_there() {
    visit("sessions", Setting::default(), async |lab| {
        lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
        run(lab, "app-1", "BEGIN").await?;
        run(lab, "app-1", "INSERT INTO users VALUES (21, 'Radia Perlman', 'Boston')").await?;
        run(lab, "app-2", "INSERT INTO users VALUES (22, 'Leslie Lamport', 'Palo Alto')").await?;
        users(lab, "users now", &["22"]).await?;
        // The script has both of them, each as its session's.
        let script = lab.typed_script().await?;
        for line in ["app-1 BEGIN", "app-1 INSERT INTO users VALUES (21", "app-2 INSERT INTO users VALUES (22"] {
            let words = |own: &str| own.split_whitespace().collect::<Vec<_>>().join(" ");
            ensure!(script.lines().any(|own| words(own).contains(line)), "the script has {line:?}:\n{script}");
        }
        // What another session gets wrong is its own: the word is shown, and the open transaction goes on.
        for (statement, word, says) in [
            ("DELETE FRM users", "FRM", "FRM"),
            ("INSERT INTO userz VALUES (23, 'Nobody', 'Nowhere')", "userz", "There is no table userz."),
        ] {
            send(lab, "app-2", statement).await?;
            let wrong = "const wrong = document.querySelector('#bench-wrong');
                return [wrong.querySelector('mark')?.textContent ?? '', wrong.innerText]";
            let told = async || {
                let told = lab.script(wrong, Vec::new()).await.ok()?;
                let (marked, said) = (told[0].as_str()?, told[1].as_str()?);
                (marked.contains(word) && said.contains(says)).then_some(())
            };
            lab.wait(&format!("{word} to be shown and told"), told).await?;
        }
        users(lab, "users now", &["22"]).await?;
        run(lab, "app-1", "COMMIT").await?;
        users(lab, "users now", &["21", "22"]).await
    });
}

#[test]
fn what_never_was_committed_is_not_recovered() {
    visit("sessions-open", Setting::default(), async |lab| {
        lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
        run(lab, "app-1", "BEGIN").await?;
        run(lab, "app-1", "INSERT INTO users VALUES (21, 'Radia Perlman', 'Boston')").await?;
        run(lab, "app-2", "INSERT INTO users VALUES (22, 'Leslie Lamport', 'Palo Alto')").await?;
        run(lab, "app-1", "INSERT INTO users VALUES (23, 'Frances Allen', 'Peru')").await?;
        lab.choose_kind("End of log").await?;
        lab.slider_saying("Recovery target", "the end of the log").await?;
        lab.go_to_the_end_of("Recover", &["Recovered to the end of the log"]).await?;
        users(lab, "users recovered", &["22"]).await
    });
}
