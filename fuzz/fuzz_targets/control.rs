//! The decoder of control files.
#![no_main]

use pitr_fuzz::{Decoder, promises_hold};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| promises_hold(Decoder::Control, bytes));
