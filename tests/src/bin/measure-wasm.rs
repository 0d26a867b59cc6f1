//! The replay in Wasm, for `cargo xtask bench`: compiled as the study is, run by Node.js. Natively there is nothing to do.

fn main() {}

#[cfg(target_arch = "wasm32")]
mod exported {
    use pitr_tests::speed::Disaster;
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = performance)]
        fn now() -> f64;
    }

    /// The seconds that the fastest of several replays of about that many records took, for each record.
    #[wasm_bindgen]
    pub fn seconds_per_record(records: u32, tries: u32) -> f64 {
        let disaster = Disaster::after(records.into());
        let tries = (0..tries).map(|_| {
            let (replayed, began, done) = disaster.replay(now);
            (done - began) / 1000.0 / replayed.records as f64
        });
        tries.fold(f64::INFINITY, f64::min)
    }
}
