//! A record of the log picked as the target, the wheel sideways, and the kinds of events that have a list of their own.

use pitr_e2e::{Setting, ensure, visit};
use serde_json::json;

const PART: &str = "Part in sight";

#[test]
fn a_record_of_the_log_becomes_the_target() {
    visit("picking", Setting::default(), async |lab| {
        lab.find("table", "Log records").await?;
        let pick = "const button = document.querySelector('.bench-log .is-current .bench-aim');
            button.scrollIntoView({ block: 'center' }); button.click(); return button.closest('tr').dataset.lsn";
        let lsn = lab.script(pick, Vec::new()).await?.as_str().unwrap_or_default().parse::<u64>()?;
        let told = format!("{:X}/{:X}", lsn >> 32, lsn & 0xffff_ffff);
        let target = "return [document.querySelector('input[type=radio][value=lsn]')?.checked ?? false,
            [...document.querySelectorAll('input')].some(each => each.value === arguments[0])]";
        lab.wait("the record's position to be the target", async || {
            let seen = lab.script(target, vec![told.clone().into()]).await.ok()?;
            (seen == json!([true, true])).then_some(())
        })
        .await?;
        let said = lab.recover_at_once().await?;
        ensure!(said.contains(&format!("Recovered to LSN {told}:")), "to the record's position: {said}");
        Ok(())
    });
}

#[test]
fn the_wheel_moves_along_where_it_is_turned_sideways() {
    visit("wheel-sideways", Setting::default(), async |lab| {
        let whole = lab.slider_saying(PART, "record").await?;
        lab.press("Zoom in").await?;
        let other = async |before: &str| {
            lab.wait("another part in sight", async || lab.slider_text(PART).await.ok().filter(|said| said != before))
                .await
        };
        let near = other(&whole).await?;
        let turn = "const canvas = document.querySelector('.deep-stage > canvas');
            const { left, top, width } = canvas.getBoundingClientRect();
            return canvas.dispatchEvent(new WheelEvent('wheel', { ...arguments[0],
                clientX: left + width / 2, clientY: top + 120, bubbles: true, cancelable: true }))";
        let turned = async |how: serde_json::Value| lab.script(turn, vec![how]).await;
        ensure!(turned(json!({ "deltaX": 20, "deltaY": 90 })).await? == true, "mostly downwards it is the page's");
        ensure!(turned(json!({ "deltaX": -160, "deltaY": 10 })).await? == false, "sideways it is the picture's");
        let left = other(&near).await?;
        ensure!(turned(json!({ "deltaY": 160, "shiftKey": true })).await? == false, "with Shift too");
        other(&left).await?;
        Ok(())
    });
}

#[test]
fn ends_of_backups_sealed_segments_recoveries_and_timelines_have_lists() {
    visit("lists-of-kinds", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        let list = "return document.querySelector('.deep-list summary')?.textContent ?? ''";
        for kind in ["ends of backups", "segments sealed"] {
            lab.choose("Kind of event", kind).await?;
            lab.wait(&format!("the list of {kind}"), async || {
                let said = lab.script(list, Vec::new()).await.ok()?;
                said.as_str().filter(|said| said.contains(kind) && !said.contains("(0)")).map(str::to_owned)
            })
            .await?;
        }
        lab.recover_at_once().await?;
        for kind in ["recoveries", "new timelines"] {
            lab.choose("Kind of event", kind).await?;
            lab.wait(&format!("the list of {kind}"), async || {
                let said = lab.script(list, Vec::new()).await.ok()?;
                said.as_str().filter(|said| said.contains(&format!("{kind} (1)"))).map(str::to_owned)
            })
            .await?;
        }
        Ok(())
    });
}
