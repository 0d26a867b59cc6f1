//! The page opens on the worked example, ten minutes after the damage, with the target a second before it.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};

#[test]
fn the_worked_example_is_there() {
    visit("worked-example", Setting::default(), async |lab| {
        ensure!(lab.slider_saying("Position", "03:10").await?.contains("LSN"), "the position has a time and an LSN");
        ensure!(
            lab.slider_saying("Recovery target", "02:59:59").await?.contains("113"),
            "the target is before XID 113"
        );
        ensure!(lab.rows("users now").await?.is_empty(), "the users are gone: {:?}", lab.rows("users now").await?);
        ensure!(lab.rows("orders now").await?.len() == 11, "the orders are there: {:?}", lab.rows("orders now").await?);
        ensure!(!lab.has_table("users recovered").await?, "nothing is recovered yet");
        let text = lab.text().await?;
        ensure!(text.contains("DELETE FROM users"), "the damage is told of");
        Ok(())
    });
}

/// Every kind of target is a radio button of the one group, and there are no others.
async fn kinds_are_chosen_by_name(lab: &Lab) -> Outcome {
    let group = lab.find("radiogroup", "Target kind").await?;
    let script = "return [...arguments[0].querySelectorAll('input[type=radio], [role=radio]')]
        .map(each => (each.closest('label')?.textContent ?? each.ariaLabel).trim())";
    let kinds = lab.script(script, vec![group.to_json()?]).await?;
    let wanted = serde_json::json!(["Time", "LSN", "XID", "Name", "Immediate", "End of log"]);
    ensure!(kinds == wanted, "the kinds of target: {kinds}");
    let radios = lab.names("radio").await?;
    for kind in wanted.as_array().into_iter().flatten().filter_map(|kind| kind.as_str()) {
        ensure!(radios.iter().any(|name| name == kind), "no radio named {kind:?} among {radios:?}");
    }
    Ok(())
}

/// As many buttons *Why?* as there are rows.
async fn every_row_asks_why(lab: &Lab) -> Outcome {
    let rows = lab.rows("users now").await?.len() + lab.rows("orders now").await?.len();
    let asked = async || {
        let names = lab.names("button").await.ok()?;
        (rows > 0 && names.iter().filter(|name| name.starts_with("Why?")).count() == rows).then_some(())
    };
    lab.wait(&format!("{rows} buttons to ask why"), asked).await
}

/// The list of the log's records goes on to earlier ones, and comes back.
async fn the_log_is_paged(lab: &Lab) -> Outcome {
    let first = async || Some(lab.rows("Log records").await.ok()?.first()?.first()?.clone());
    let now = first().await.ok_or("the log has no records")?;
    let group = lab.find("group", "Log records").await?;
    let press = "const [group, name] = arguments;
        [...group.parentElement.querySelectorAll('button')].find(each => each.textContent.trim() === name).click()";
    lab.script(press, vec![group.to_json()?, "Earlier".into()]).await?;
    let earlier = lab.wait("earlier records", async || first().await.filter(|lsn| *lsn != now)).await?;
    ensure!(!earlier.is_empty(), "they have positions");
    lab.script(press, vec![group.to_json()?, "Later".into()]).await?;
    lab.wait("the later records again", async || first().await.filter(|lsn| *lsn == now)).await?;
    Ok(())
}

#[test]
fn everything_has_its_name() {
    visit("names", Setting::default(), async |lab| {
        let promised = [
            ("button", "Play"),
            ("button", "Step back"),
            ("button", "Step forward"),
            ("button", "Recover"),
            ("slider", "Position"),
            ("slider", "Recovery target"),
            ("radiogroup", "Target kind"),
            ("radio", "Time"),
            ("radio", "LSN"),
            ("radio", "XID"),
            ("textbox", "Target"),
            ("checkbox", "Inclusive"),
            ("combobox", "Backup"),
            ("combobox", "Timeline"),
            ("combobox", "At the target"),
            ("tree", "Timelines"),
            ("treeitem", "Timeline 1"),
            ("table", "Log records"),
            ("textbox", "Statement"),
            ("region", "Inspector"),
            ("table", "users now"),
            ("table", "orders now"),
            ("figure", "RTO against snapshot cadence"),
            ("figure", "RPO against archive interval"),
        ];
        // Some of them come with the study.
        lab.find("textbox", "Statement").await?;
        lab.wait("the records of the log", async || lab.has_table("Log records").await.ok()?.then_some(())).await?;
        for (role, name) in promised {
            let names = lab.names(role).await?;
            ensure!(names.iter().any(|shown| shown.contains(name)), "no {role} named {name:?} among {names:?}");
        }
        for (role, name) in [("button", "Play"), ("slider", "Position"), ("textbox", "Target")] {
            let names = lab.names(role).await?;
            let count = names.iter().filter(|shown| *shown == name).count();
            ensure!(count == 1, "one {role} is named {name:?}, not {count}: {names:?}");
        }
        ensure!(!lab.names("status").await?.is_empty(), "there is a status region");
        kinds_are_chosen_by_name(lab).await?;
        every_row_asks_why(lab).await?;
        the_log_is_paged(lab).await?;
        lab.press("Keys").await?;
        lab.find("dialog", "Keyboard shortcuts").await?;
        Ok(())
    });
}

#[test]
fn every_sentence_is_one() {
    visit("sentences", Setting::default(), async |lab| {
        lab.charts_are_done().await?;
        lab.recover_at_once().await?;
        // A key that the language lacks shows itself, and so does a parameter that nobody fills in.
        let script = "
            const texts = [document.body.innerText];
            // What a ready-made button would run is a statement, no sentence.
            for (const each of document.querySelectorAll('[aria-label],[aria-valuetext],[title]:not(.bench-ready)'))
                texts.push(each.ariaLabel ?? '', each.ariaValueText ?? '', each.title);
            return texts.join('\\n').match(/\\{[a-z_]+\\}|\\b[a-z_]+(\\.[a-z_]+){1,3}\\b/g) ?? [];";
        let found = lab.script(script, Vec::new()).await?;
        let odd: Vec<&str> = found.as_array().into_iter().flatten().filter_map(|word| word.as_str()).collect();
        ensure!(odd.is_empty(), "these are keys or parameters, not sentences: {odd:?}");
        Ok(())
    });
}
