//! Lists the golden scripts, so that they are there in Wasm too, where no folder can be read.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(&folder).expect("tests/golden can be read");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "pitr"));
    files.sort();
    let mut list = String::from("&[\n");
    for file in files {
        let stem = file.file_stem().expect("a file has a name").to_string_lossy();
        writeln!(list, "    ({stem:?}, include_str!({:?})),", file.display()).expect("a text can be written to");
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder")).join("golden.rs");
    fs::write(out, list).expect("the list can be written");
}
