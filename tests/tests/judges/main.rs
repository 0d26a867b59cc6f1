//! The judges are judged: what holds the engine to its promises is given outcomes that no engine should come to, and must say what is wrong.
#![cfg(not(target_arch = "wasm32"))]

mod conformance;
mod crash;
mod model;
