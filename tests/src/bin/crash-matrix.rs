//! `crash-matrix [WORKLOADS]`: all of the crash matrix, or of that many workloads. Prints how far it is, and at the end what was tried.

use pitr_tests::crash_matrix::{Extent, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    let workloads = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(Extent::FULL.workloads);
    let extent = Extent { workloads, ..Extent::FULL };
    let told = run(extent, |tried| {
        if tried.workloads.is_multiple_of(10) {
            println!("{} workloads, {} crashes", tried.workloads, tried.crashes());
        }
    });
    match told {
        Ok(tried) => {
            println!("{tried:?}");
            println!("{} crashes in {} workloads: nothing wrong", tried.crashes(), tried.workloads);
            ExitCode::SUCCESS
        }
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}
