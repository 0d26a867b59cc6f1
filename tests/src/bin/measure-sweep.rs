//! The sweep behind a chart, for `cargo xtask bench`: natively a line `name number` for each figure; in Wasm, compiled as the study is, run by Node.js.

fn main() {
    #[cfg(not(target_arch = "wasm32"))]
    native::main();
}

/// The fastest of so many tries counts.
const TRIES: u32 = 3;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use pitr_tests::sweeps::{chart, sweep};
    use std::time::Instant;

    pub fn main() {
        if std::env::args().nth(1).as_deref() == Some("--compiled") {
            return;
        }
        let plan = chart();
        let (mut best, mut first_run) = (f64::INFINITY, f64::INFINITY);
        let mut swept = None;
        for _ in 0..super::TRIES {
            let began = Instant::now();
            let mut first = 0.0;
            swept = Some(sweep(&plan, || first = began.elapsed().as_secs_f64()));
            best = best.min(began.elapsed().as_secs_f64());
            first_run = first_run.min(first);
        }
        let swept = swept.unwrap_or_default();
        println!("sweep_runs {}", swept.runs);
        println!("sweep_recoveries {}", swept.recoveries);
        println!("sweep_records_replayed {}", swept.records);
        println!("sweep_native_first_run_ms {:.1}", first_run * 1000.0);
        println!("sweep_native_ms {:.0}", best * 1000.0);
    }
}

#[cfg(target_arch = "wasm32")]
mod exported {
    use pitr_tests::sweeps::{chart, sweep};
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = performance)]
        fn now() -> f64;
    }

    /// The milliseconds of the fastest of several sweeps.
    #[wasm_bindgen]
    pub fn sweep_ms() -> f64 {
        let plan = chart();
        let tries = (0..super::TRIES).map(|_| {
            let began = now();
            sweep(&plan, || {});
            now() - began
        });
        tries.fold(f64::INFINITY, f64::min)
    }
}
