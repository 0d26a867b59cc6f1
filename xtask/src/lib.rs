//! The pieces of the scripts that others use too: the server of static files, for the end-to-end tests, and its hash.

#![forbid(unsafe_code)]

pub mod fnv;
pub mod server;
