//! Everything that is made of bytes, in the inspector: each field lights its bytes and each byte its field, by the pointer and by the
//! keyboard.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use serde_json::Value;
use thirtyfour::{By, Key, WebElement};

/// The inspector's fields that are pressed, and the bytes that are lit: the first, in hex, how many, and what the first is called.
const LIT: &str = "const part = document.querySelector('[aria-labelledby=inspector-title]');
    const fields = [...part.querySelectorAll('tbody th button')];
    const bytes = [...part.querySelectorAll('[role=grid] [data-at]')].filter(each => each.ariaSelected === 'true');
    return [
        fields.findIndex(each => each.ariaPressed === 'true'),
        bytes.length ? Number(bytes[0].dataset.at) : -1,
        bytes.reduce((count, each) => count + each.textContent.trim().split(' ').length, 0),
        bytes[0]?.ariaLabel ?? '',
        document.activeElement.dataset.at ?? document.activeElement.id,
    ]";

/// What is lit.
#[derive(Debug, PartialEq, Eq)]
struct Lit {
    field: i64,
    first: i64,
    count: i64,
    name: String,
    /// The byte or the element that has the keyboard.
    focused: String,
}

async fn lit(lab: &Lab) -> Outcome<Lit> {
    let told = lab.script(LIT, Vec::new()).await?;
    let number = |place: usize| told[place].as_i64().unwrap_or(-2);
    let text = |place: usize| told[place].as_str().unwrap_or_default().to_owned();
    Ok(Lit { field: number(0), first: number(1), count: number(2), name: text(3), focused: text(4) })
}

/// Waits until what is lit is so.
async fn lit_so(lab: &Lab, what: &str, is_so: impl Fn(&Lit) -> bool) -> Outcome<Lit> {
    match lab.wait(what, async || lit(lab).await.ok().filter(|lit| is_so(lit))).await {
        Ok(lit) => Ok(lit),
        Err(error) => Err(format!("{error}; lit: {:?}", lit(lab).await?).into()),
    }
}

/// Does something in the inspector by a script, with the number of a field.
async fn with_field(lab: &Lab, field: i64, act: &str) -> Outcome<Value> {
    let script = format!("const field = document.getElementById('inspector-field-' + arguments[0]); {act}");
    lab.script(&script, vec![field.into()]).await
}

/// The run of bytes that begins there, brought into view.
async fn byte(lab: &Lab, at: i64) -> Outcome<WebElement> {
    let found = lab.driver.find(By::Css(format!("#inspector-byte-{at}"))).await?;
    lab.script("arguments[0].scrollIntoView({ block: 'center' })", vec![found.to_json()?]).await?;
    Ok(found)
}

/// Sees that the fields and the bytes of what is on show point at one another.
async fn points_both_ways(lab: &Lab, what: &str) -> Outcome {
    // From a field: reached by the keyboard, then pressed.
    let fields = lab.script("return document.querySelectorAll('[id^=inspector-field-]').length", Vec::new()).await?;
    let fields = fields.as_i64().unwrap_or_default();
    ensure!(fields > 0, "{what} has fields");
    let last = (fields - 1).min(12);
    with_field(lab, 0, "document.activeElement.blur(); field.focus()").await?;
    let first =
        lit_so(lab, &format!("{what}: the first field's bytes"), |lit| lit.field == 0 && lit.first == 0).await?;
    ensure!(first.count > 0, "{what}: it has bytes: {first:?}");
    with_field(lab, last, "field.click()").await?;
    let other = lit_so(lab, &format!("{what}: another field's bytes"), |lit| lit.field == last).await?;
    // From a byte: pointed at and pressed.
    byte(lab, 0).await?.click().await?;
    let pressed = lit_so(lab, &format!("{what}: the field of the first byte"), |lit| {
        lit.field >= 0 && lit.first == 0 && lit.focused == "0"
    })
    .await?;
    ensure!(pressed.name.contains(','), "{what}: the byte says its field: {pressed:?}");
    let name = with_field(lab, pressed.field, "return field.textContent").await?;
    let name = name.as_str().unwrap_or_default();
    ensure!(pressed.name.ends_with(name), "{what}: {pressed:?} is called after {name:?}");
    // There is one stop for Tab, and the arrows lead on.
    let stops = "return document.querySelectorAll('[role=grid] [data-at][tabindex=\"0\"]').length";
    ensure!(lab.script(stops, Vec::new()).await? == 1, "{what}: one stop");
    let runs = lab.script("return document.querySelectorAll('[role=grid] [data-at]').length", Vec::new()).await?;
    if runs.as_i64().unwrap_or_default() > 1 {
        lab.keys(Key::Right).await?;
        let next = lit_so(lab, &format!("{what}: the next run of bytes"), |lit| lit.focused != "0").await?;
        ensure!(next.field >= 0 && next.count > 0, "{what}: its field is lit: {next:?}");
        lab.keys(Key::Control + Key::End).await?;
        lit_so(lab, &format!("{what}: the last run"), |lit| lit.focused != "0" && lit.field >= 0).await?;
        lab.keys(Key::Control + Key::Home).await?;
    }
    lit_so(lab, &format!("{what}: the first run again"), |lit| lit.focused == "0" && lit.first == 0).await?;
    // Enter goes to the field, and Tab from there can come back.
    lab.keys(Key::Enter).await?;
    lit_so(lab, &format!("{what}: the field has the keyboard"), |lit| {
        lit.focused == format!("inspector-field-{}", lit.field) && lit.first == 0
    })
    .await?;
    ensure!(other.count > 0 || fields == 1, "{what}: {other:?}");
    Ok(())
}

/// Chooses something and waits until the inspector says all of these of it.
async fn take(lab: &Lab, option: &str, says: &[&str]) -> Outcome {
    lab.choose("Take apart", option).await?;
    lab.region_saying("Inspector", says).await?;
    Ok(())
}

#[test]
fn everything_is_taken_apart_and_points_both_ways() {
    visit("inspector-things", Setting::default(), async |lab| {
        lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
        lab.recover_at_once().await?;
        lab.script("document.querySelector('.bench-log tbody tr th button').click()", Vec::new()).await?;
        lab.region_saying("Inspector", &["Log record", "length", "checksum"]).await?;
        points_both_ways(lab, "a record").await?;
        lab.choose("Take apart", "a page").await?;
        lab.region_saying("Inspector", &["Page: ", "checksum"]).await?;
        points_both_ways(lab, "a page").await?;
        for (option, says) in [
            ("manifest of", ["Manifest: ", "checksum"]),
            ("control file, recovered", ["Control file: control file, recovered", "checksum"]),
            ("commit log, recovered", ["Commit log: commit log, recovered", "committed"]),
            ("history file", ["History file: ", "fork"]),
            ("segment 00000001", ["Segment: segment 00000001", "magic"]),
        ] {
            take(lab, option, &says).await?;
            points_both_ways(lab, option).await?;
            lab.is_accessible(option).await?;
        }
        Ok(())
    });
}

#[test]
fn the_live_servers_files_before_any_recovery() {
    visit("inspector-live", Setting::default(), async |lab| {
        lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
        take(lab, "control file", &["Control file: control file", "checksum"]).await?;
        points_both_ways(lab, "control file").await?;
        take(lab, "commit log", &["Commit log: commit log", "committed"]).await?;
        points_both_ways(lab, "commit log").await?;
        let offered = "return [...document.getElementById('inspector-thing').options].map(each => each.text).join(';')";
        let offered = lab.script(offered, Vec::new()).await?.as_str().unwrap_or_default().to_owned();
        ensure!(!offered.contains("recovered"), "nothing is recovered yet: {offered}");
        let mut names: Vec<&str> = offered.split(';').collect();
        names.sort_unstable();
        names.dedup();
        ensure!(names.len() == offered.split(';').count(), "each has a name of its own: {offered}");
        Ok(())
    });
}

#[test]
fn a_segments_pages_are_turned_and_its_records_opened() {
    visit("inspector-segment", Setting::default(), async |lab| {
        let rows: String = (1..60).map(|id| format!("01:00:{id:02} a INSERT INTO t VALUES ({id})\n")).collect();
        let script = format!(
            "# a long segment\nscenario date 2026-03-04, segment 64KiB\n\
             01:00:00 a CREATE TABLE t (id int primary key)\n{rows}01:02:00 ops note 'so'\n"
        );
        lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
        lab.run_titled(&script).await?;
        take(lab, "segment 00000001", &["Segment: segment 00000001", "segment header", "record"]).await?;
        lab.press("Part after").await?;
        let second = async || {
            (lab.find("spinbutton", "Part").await.ok()?.prop("value").await.ok()? == Some("2".into())).then_some(())
        };
        lab.wait("the second part", second).await?;
        points_both_ways(lab, "a segment's second part").await?;
        let header = lab.region("Inspector").await?;
        ensure!(!header.contains("segment header"), "the header is in the first part alone");
        // To the last part by its number: behind the records nothing is written.
        let put = "const field = document.getElementById('inspector-part'); field.value = field.max;
            field.dispatchEvent(new Event('change', { bubbles: true }))";
        lab.script(put, Vec::new()).await?;
        lab.region_saying("Inspector", &["unwritten", "all zero, unused"]).await?;
        lab.press("Part before").await?;
        lab.wait("a part before", async || lab.find_all("button", "Part after").await.ok()?.pop()).await?;
        // A record of it by itself.
        let record = lab.find_all("button", "Take apart the record at").await?;
        lab.script("arguments[0].click()", vec![record.first().ok_or("no record")?.to_json()?]).await?;
        lab.region_saying("Inspector", &["Log record: at", "checksum"]).await?;
        points_both_ways(lab, "the segment's record").await
    });
}

#[test]
fn every_chunk_of_the_commit_log_is_offered() {
    visit("inspector-commits", Setting::default(), async |lab| {
        let rows: String = (1..20).map(|id| format!("01:00:{id:02} a INSERT INTO t VALUES ({id})\n")).collect();
        let script = format!(
            "# two chunks\nscenario date 2026-03-04, xid 4090\n01:00:00 a CREATE TABLE t (id int primary key)\n\
             {rows}01:01:00 ops checkpoint\n01:02:00 ops note 'so'\n"
        );
        lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
        lab.run_titled(&script).await?;
        take(lab, "commit log", &["Commit log: commit log", "XID 4095", "committed"]).await?;
        lab.press("Part after").await?;
        lab.region_saying("Inspector", &["from XID 4096", "XID 4096", "committed"]).await?;
        points_both_ways(lab, "the second chunk").await?;
        lab.is_accessible("the commit log's second chunk").await
    });
}
