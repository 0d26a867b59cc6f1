//! The desk as a class of JavaScript.
//!
//! Messages are fetched from it rather than pushed: so it needs nothing of JavaScript but a clock, and stays small.

use crate::Desk;
use std::collections::VecDeque;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// What `worker.js` drives: messages go in by `receive`, answers are taken out by `take`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Lab {
    desk: Desk,
    answers: VecDeque<Vec<u8>>,
}

#[wasm_bindgen]
impl Lab {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Lab {
        Lab { desk: Desk::new(Box::new(|| (now() * 1000.0) as i64)), answers: VecDeque::new() }
    }

    /// Takes a message in.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.desk.receive(bytes);
        self.answers.extend(self.desk.take_outbox());
    }

    /// Goes on with long work for about 8 ms; whether more is left.
    pub fn pump(&mut self) -> bool {
        let more = self.desk.pump();
        self.answers.extend(self.desk.take_outbox());
        more
    }

    /// The next answer, if there is one.
    pub fn take(&mut self) -> Option<Vec<u8>> {
        self.answers.pop_front()
    }
}
