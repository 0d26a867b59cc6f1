//! The one piece of the scripts that others use too: the server of static files, for the end-to-end tests.

#![forbid(unsafe_code)]

pub mod server;
