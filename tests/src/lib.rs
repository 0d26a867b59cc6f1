//! What no single crate can show, and what its programs and tests have in common.
//!
//! - [`authored`]: files of questions in a folder, read and checked, natively only.
//! - [`carried`]: a script carried out, and what it claimed that does not hold.
//! - [`histories`]: what several sessions and an operator might do in some hours, from a seed.
//! - [`crash_matrix`]: crashes after every event and at every byte, held against a model.
//! - [`golden`]: the scripts whose claims, prints and digests are tested, natively and in Wasm.
//! - [`printed`]: what a script shows, in words.
//! - [`metamorphic`]: the same scripts on other machines.
//! - [`linked`]: what a link holds, carried out.
//! - [`model`]: a database and its recoveries without pages or bytes, to hold the engine's to.
//! - [`decoders`]: what every decoder promises of bytes that may be anything.
//! - [`content`]: lessons as authors write them, checked; natively only.
//! - [`conform`]: recorded recoveries of a real PostgreSQL, natively only.
//! - [`speed`]: a log to be replayed, and the least that reading it could cost.
//! - [`questions`]: generated questions, and what they must be.
//! - [`sweeps`]: the objectives' measurements, for speed and for being the same everywhere.
//!
//! Architecture invariant: compiles to Wasm; only `authored`, `conform`, `content`, the programs in `bin/` and the tidy test read files or a clock.

#![forbid(unsafe_code)]

#[cfg(not(target_arch = "wasm32"))]
pub mod authored;
pub mod carried;
#[cfg(not(target_arch = "wasm32"))]
pub mod conform;
#[cfg(not(target_arch = "wasm32"))]
pub mod content;
pub mod crash_matrix;
pub mod decoders;
pub mod golden;
pub mod histories;
pub mod linked;
pub mod metamorphic;
pub mod model;
pub mod printed;
pub mod questions;
pub mod speed;
pub mod sweeps;
