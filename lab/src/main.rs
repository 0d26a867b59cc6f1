//! The lab: the page, and the worker behind it, in one module.
//!
//! Linked together they share what every Rust program brings along, some 30 KB of a first visit. The page starts itself where there is a
//! document to show it in, the worker waits until `worker.js` makes a `Lab`; the one never calls the other but by messages.

use pitr_worker as _;

fn main() {
    pitr_web::start();
}
