//! The desk as a class of JavaScript.

use crate::Desk;
use js_sys::{Function, Uint8Array};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// What `worker.js` drives: messages go in by `receive`, answers come out through `post`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Lab {
    desk: Desk,
    post: Function,
}

#[wasm_bindgen]
impl Lab {
    #[wasm_bindgen(constructor)]
    pub fn new(post: Function) -> Lab {
        Lab { desk: Desk::new(Box::new(|| (now() * 1000.0) as i64)), post }
    }

    /// Takes a message in.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.desk.receive(bytes);
        self.send();
    }

    /// Goes on with long work for about 8 ms; whether more is left.
    pub fn pump(&mut self) -> bool {
        let more = self.desk.pump();
        self.send();
        more
    }

    fn send(&mut self) {
        for message in self.desk.take_outbox() {
            // An exception of the page's own function is the page's: it has been reported there.
            let _ = self.post.call1(&JsValue::NULL, &Uint8Array::from(message.as_slice()));
        }
    }
}
