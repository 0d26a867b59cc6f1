//! `fuzz-seeds [FOLDER]`: valid bytes of every kind, a folder for each target of `fuzz/` and a file for each sample.

use pitr_tests::decoders::{Decoder, Samples};
use std::path::PathBuf;
use std::process::ExitCode;
use std::{fs, io};

fn main() -> ExitCode {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("fuzz/corpus"), PathBuf::from);
    match write(&folder) {
        Ok(files) => {
            println!("{files} seeds in {}", folder.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &std::path::Path) -> io::Result<usize> {
    let samples = Samples::new();
    let mut files = 0;
    for decoder in Decoder::ALL {
        let of_target = folder.join(decoder.target());
        fs::create_dir_all(&of_target)?;
        for (number, bytes) in samples.of(decoder).iter().enumerate() {
            fs::write(of_target.join(format!("seed-{number:04}")), bytes)?;
            files += 1;
        }
    }
    Ok(files)
}
