//! What no single crate can show, and what its programs and tests have in common.
//!
//! - [`carried`]: a script carried out, and what it claimed that does not hold.
//! - [`golden`]: the scripts whose claims and digests are tested, natively and in Wasm.
//!
//! Architecture invariant: compiles to Wasm; only the programs in `bin/` and the tidy test read files or a clock.

#![forbid(unsafe_code)]

pub mod carried;
pub mod golden;
