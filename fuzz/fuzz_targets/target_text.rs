//! The decoder of recovery targets.
#![no_main]

use pitr_fuzz::{Decoder, promises_hold};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| promises_hold(Decoder::TargetText, bytes));
