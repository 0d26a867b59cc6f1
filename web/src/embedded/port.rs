//! The way to the page around: what it asks, and what it is told. `js/frame.js` looks at all that comes and says who may speak.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use yew::Callback;

#[wasm_bindgen(module = "/js/frame.js")]
extern "C" {
    fn listen(hear: &Closure<dyn FnMut(String, String, String)>);
    #[wasm_bindgen(js_name = keepToItself)]
    pub fn keep_to_itself();
    /// Answers what was asked last.
    pub fn answer(value: &JsValue);
    /// Says why what was asked last cannot be.
    pub fn deny(code: &str, message: &str);
    pub fn tell(event: &str, detail: &JsValue);
    /// The page's address has another link behind its `#`.
    pub fn linked(link: &str);
}

/// What the page around asks; the next comes when this is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// `name` says what the text is: `scenario`, `src` or `script`.
    Load {
        name: String,
        text: String,
    },
    Execute {
        session: String,
        statement: String,
    },
    /// An empty target is the one that is chosen.
    Recover {
        target: String,
    },
    Seek {
        to: String,
    },
    State,
    Digest,
}

/// The ears; dropping them makes deaf.
#[derive(Debug)]
pub struct Port {
    _hear: Closure<dyn FnMut(String, String, String)>,
}

impl Port {
    pub fn open(asked: Callback<Asked>) -> Port {
        let hear = Closure::new(move |kind: String, name: String, text: String| {
            asked.emit(match kind.as_str() {
                "load" => Asked::Load { name, text },
                "execute" => Asked::Execute { session: name, statement: text },
                "recover" => Asked::Recover { target: text },
                "seek" => Asked::Seek { to: text },
                "digest" => Asked::Digest,
                _ => Asked::State,
            });
        });
        listen(&hear);
        Port { _hear: hear }
    }
}

/// An object with these fields.
pub fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    fields.iter().for_each(|(name, value)| put(&object, name, value));
    object
}

/// Gives a plain object another field.
pub fn put(object: &Object, name: &str, value: &JsValue) {
    // A plain object takes every field.
    let _ = Reflect::set(object, &JsValue::from(name), value);
}
