//! Where no worker can be had, the same engine runs on the page's own thread.

use pitr_e2e::{Setting, ensure, visit};

fn recovers(name: &str, before: &'static str) {
    visit(name, Setting { before, ..Setting::default() }, async |lab| {
        let said = lab.recover_at_once().await?;
        ensure!(said.contains("stopped before XID 113"), "{said}");
        ensure!(lab.rows("users recovered").await?.len() == 8, "everybody is back");
        lab.charts_are_done().await?;
        ensure!(lab.text().await?.contains("No worker can be started here"), "the page says how it works");
        Ok(())
    });
}

#[test]
fn without_workers() {
    recovers("no-worker", "delete window.Worker;");
}

#[test]
fn with_workers_that_do_not_start() {
    recovers(
        "dead-worker",
        "window.Worker = class extends EventTarget {
            constructor() { super(); setTimeout(() => this.onerror?.(new ErrorEvent('error', { message: 'refused' }))); }
            postMessage() {}
            terminate() {}
        };",
    );
}
