//! The embedded views in a language half as long again: nothing hangs over the edge, is cut off or lies over its neighbour.

use crate::widths::FAULTS;
use pitr_e2e::{ELEMENT_IS_READY, Pages, Setting, Site, ensure, say, visit_host};

const WATCHED: Setting =
    Setting { before: ELEMENT_IS_READY, site: Site::Published, provokes_errors: false, reduced_motion: false };

#[test]
fn embedded_views_hold_longer_sentences() {
    visit_host("embedding-long", Pages::Bare, WATCHED, async |lab| {
        lab.have_pseudo_spoken().await?;
        lab.goto("index.html").await?;
        let mut found = Vec::new();
        for view in
            ["timeline", "recover", "lesson lesson=first-recovery", "question question=backups-that-reach seed=2"]
        {
            lab.size(1440, 900).await?;
            let put = "window.told = []; document.getElementById('here').innerHTML = `<pitr-lab view=${arguments[0]}></pitr-lab>`";
            lab.script(put, vec![view.into()]).await?;
            lab.told("ready").await?;
            let speaks = format!("return document.body.innerText.includes({:?})", say("Play"));
            lab.wait("the made-up language", async || {
                (lab.in_frame("pitr-lab", &speaks).await.ok()? == true).then_some(())
            })
            .await?;
            for (width, height) in [(320, 640), (390, 844), (820, 1180), (1440, 900)] {
                lab.size(width, height).await?;
                tokio::time::sleep(std::time::Duration::from_millis(400)).await;
                let faults: Vec<String> = serde_json::from_value(lab.in_frame("pitr-lab", FAULTS).await?)?;
                lab.shoot_top(&format!("embedding-long-{}-{width}", &view[..4]), width, 1100).await?;
                found.extend(faults.into_iter().map(|fault| format!("{view}, {width} px: {fault}")));
            }
        }
        ensure!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
    });
}
