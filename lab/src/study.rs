//! The study: charts and self-check with a worker that computes them. It comes when the lab is at rest.

use pitr_worker as _;

fn main() {
    pitr_web::start_study();
}
