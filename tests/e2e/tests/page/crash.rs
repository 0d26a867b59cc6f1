//! A panic of the engine is survived: the worker is replaced, the run is as it was, and a person is told.

use crate::digest::KEEP_WORKERS;
use pitr_e2e::{Lab, Outcome, Setting, Site, ensure, visit};
use pitr_protocol::{Envelope, PROTOCOL_VERSION, Request, encode};

/// Makes the page's worker panic, if it obeys: only the one in the site of the tests does.
async fn crash(lab: &Lab) -> Outcome {
    let bytes = encode(&Envelope { version: PROTOCOL_VERSION, id: 1_000_000, epoch: 0, body: Request::Panic });
    let send = "const bytes = new Uint8Array(arguments[0]);
        window.labsWorker().postMessage({ id: 1000000, bytes }, [bytes.buffer]);";
    lab.script(send, vec![bytes.into()]).await?;
    Ok(())
}

const FAULTS: Setting =
    Setting { site: Site::Faults, before: KEEP_WORKERS, provokes_errors: true, reduced_motion: false };

/// Until the whole engine, which is asked for a target's rows, has taken the run over.
async fn taken_over(lab: &Lab) -> Outcome {
    lab.wait("the rows of the target", async || {
        lab.has_table("What it would do to the rows there are now").await.ok()?.then_some(())
    })
    .await
}

/// The engine goes down; the page says so and shows the run again as it was.
async fn crash_and_come_back(lab: &Lab) -> Outcome {
    let before = lab.run_as_shown().await?;
    crash(lab).await?;
    lab.wait("the page to tell of it", async || lab.text().await.ok()?.contains("went down").then_some(())).await?;
    lab.wait("the run to be as it was", async || lab.run_as_shown().await.ok().filter(|now| *now == before)).await?;
    Ok(())
}

#[test]
fn the_labs_own_engine_is_replaced_too() {
    visit("crash-at-first", FAULTS, async |lab| {
        lab.press("Step back").await?;
        crash_and_come_back(lab).await
    });
}

#[test]
fn the_worker_is_replaced_and_the_run_restored() {
    visit("crash", FAULTS, async |lab| {
        for _ in 0..5 {
            lab.press("Step back").await?;
        }
        lab.type_into("Target", "02:30:00").await?;
        lab.region_saying("Recover", &["XID 107", "last in"]).await?;
        taken_over(lab).await?;
        crash_and_come_back(lab).await?;
        ensure!(lab.typed("Target").await? == "02:30:00", "so is the target");
        let report = lab.script("return document.querySelector('textarea[readonly]')?.value", Vec::new()).await?;
        ensure!(
            report.as_str().is_some_and(|report| report.contains("scenario seed 7")),
            "the script is there to be sent: {report}"
        );
        lab.type_into("Target", "02:59:59").await?;
        lab.region_saying("Recover", &["XID 112", "last in"]).await?;
        lab.recover_at_once().await?;
        ensure!(lab.rows("users recovered").await?.len() == 8, "the new worker recovers");
        Ok(())
    });
}

#[test]
fn a_recovery_survives_it() {
    visit("crash-after-recovery", FAULTS, async |lab| {
        lab.type_into("Target", "02:59:58").await?;
        taken_over(lab).await?;
        lab.recover_at_once().await?;
        crash_and_come_back(lab).await?;
        ensure!(lab.rows("users recovered").await?.len() == 8, "the recovery is part of it");
        Ok(())
    });
}

#[test]
fn the_published_site_cannot_be_told_to_crash() {
    let setting = Setting { before: KEEP_WORKERS, ..Setting::default() };
    visit("no-crash", setting, async |lab| {
        crash(lab).await?;
        // It refuses, and goes on.
        lab.recover_at_once().await?;
        ensure!(!lab.text().await?.contains("went down"), "nothing went down");
        Ok(())
    });
}
