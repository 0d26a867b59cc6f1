//! The page opens on the worked example, ten minutes after the damage, with the target a second before it.

use pitr_e2e::{Setting, ensure, visit};

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
            ("table", "users now"),
            ("table", "orders now"),
            ("figure", "RTO against snapshot cadence"),
            ("figure", "RPO against archive interval"),
        ];
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
