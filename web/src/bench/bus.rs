//! The workbench's end of the bus to the lab (`js/study.js`): the run on show and the place in it come in, questions and wishes go out.

use crate::tables::grid::key_of;
use js_sys::Uint8Array;
use pitr_protocol::bench::{open as open_sealed, seal};
use pitr_protocol::{Decoded, Envelope, Reply, Request, TargetSpec, Value, decode, encode};
use wasm_bindgen::prelude::*;
use yew::Callback;

#[wasm_bindgen(module = "/js/study.js")]
extern "C" {
    #[wasm_bindgen(js_name = attend)]
    fn attend(
        part: &Closure<dyn FnMut(Uint8Array)>,
        placed: &Closure<dyn FnMut(u32, bool)>,
        targeted: &Closure<dyn FnMut(Uint8Array, bool)>,
        answer: &Closure<dyn FnMut(u32, Uint8Array)>,
        why: &Closure<dyn FnMut(String, String, bool)>,
    );
    #[wasm_bindgen(js_name = ask)]
    fn send(id: u32, bytes: Uint8Array);
    #[wasm_bindgen(js_name = act)]
    fn wish(kind: &str, text: &str);
    #[wasm_bindgen(js_name = act)]
    fn wish_with(kind: &str, text: &str, bytes: Uint8Array);
}

/// The first id of the workbench's own requests.
pub const FIRST_ID: u32 = 0x8000_0000;

/// What comes in.
#[derive(Debug)]
pub enum Heard {
    /// A part of the run on show: its head, its records, its steps, its end; or what was found of its target.
    Part(Envelope<Reply>),
    Placed {
        step: u32,
        playing: bool,
    },
    /// Where a recovery is to stop, and whether somebody has chosen that.
    Targeted {
        target: TargetSpec,
        touched: bool,
    },
    Answer(Envelope<Reply>),
    /// An answer will not come.
    Lost,
    /// Somebody asks why a row is there.
    Why {
        table: String,
        key: Value,
        recovered: bool,
    },
}

/// The ears; dropping them makes deaf.
#[derive(Debug)]
pub struct Bus {
    _part: Closure<dyn FnMut(Uint8Array)>,
    _placed: Closure<dyn FnMut(u32, bool)>,
    _targeted: Closure<dyn FnMut(Uint8Array, bool)>,
    _answer: Closure<dyn FnMut(u32, Uint8Array)>,
    _why: Closure<dyn FnMut(String, String, bool)>,
}

impl Bus {
    pub fn new(heard: &Callback<Heard>) -> Bus {
        let to = heard.clone();
        let part = Closure::new(move |bytes: Uint8Array| {
            if let Decoded::Message(envelope) = decode::<Reply>(&bytes.to_vec()) {
                to.emit(Heard::Part(envelope));
            }
        });
        let to = heard.clone();
        let placed = Closure::new(move |step, playing| to.emit(Heard::Placed { step, playing }));
        let to = heard.clone();
        let targeted = Closure::new(move |bytes: Uint8Array, touched| {
            if let Some(target) = open_sealed(&bytes.to_vec()) {
                to.emit(Heard::Targeted { target, touched });
            }
        });
        let to = heard.clone();
        let answer = Closure::new(move |_: u32, bytes: Uint8Array| {
            to.emit(match decode::<Reply>(&bytes.to_vec()) {
                Decoded::Message(envelope) => Heard::Answer(envelope),
                _ => Heard::Lost,
            });
        });
        let to = heard.clone();
        let why = Closure::new(move |table: String, key: String, recovered: bool| {
            if let Some(key) = key_of(&key) {
                to.emit(Heard::Why { table, key, recovered });
            }
        });
        attend(&part, &placed, &targeted, &answer, &why);
        Bus { _part: part, _placed: placed, _targeted: targeted, _answer: answer, _why: why }
    }
}

/// Sends a question through the lab's link.
pub fn ask(envelope: &Envelope<Request>) {
    send(envelope.id, Uint8Array::from(encode(envelope).as_slice()));
}

/// Opens a script in the lab.
pub fn open(script: &str) {
    wish("open", script);
}

/// Chooses where a recovery is to stop.
pub fn aim_at(target: &TargetSpec) {
    wish_with("target", "", Uint8Array::from(seal(target).as_slice()));
}

/// Recovers to the target as it stands.
pub fn recover() {
    wish("recover", "");
}

/// Goes to a step of the run on show.
pub fn go_to(step: u32) {
    wish("step", &step.to_string());
}
