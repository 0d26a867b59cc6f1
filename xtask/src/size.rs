//! How large the files of a site are: as they are, and as a host sends them, compressed by brotli at quality 11.

use crate::paths;
use crate::say::{Doing, Outcome, grouped, table};
use std::fs;
use std::path::Path;

/// Bytes after brotli at quality 11, window 22.
pub fn brotli_bytes(bytes: &[u8]) -> Outcome<u64> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut input = bytes;
    brotli::BrotliCompress(&mut input, &mut packed, &params).doing("compressing")?;
    Ok(packed.len() as u64)
}

/// Every file in a folder: name, bytes, bytes after brotli.
pub fn files(dir: &Path) -> Outcome<Vec<(String, u64, u64)>> {
    let mut files = Vec::new();
    for file in paths::files_under(dir)? {
        let bytes = fs::read(dir.join(&file)).doing(format!("reading {}", file.display()))?;
        files.push((file.to_string_lossy().into_owned(), bytes.len() as u64, brotli_bytes(&bytes)?));
    }
    Ok(files)
}

/// The table of names with their raw and packed bytes, and of their sums.
pub fn sizes(files: &[(String, u64, u64)]) -> String {
    let mut rows = vec![vec!["file".to_owned(), "bytes".to_owned(), "brotli-11".to_owned()]];
    rows.extend(files.iter().map(|(name, raw, packed)| vec![name.clone(), grouped(*raw), grouped(*packed)]));
    let sum = |of: fn(&(String, u64, u64)) -> u64| grouped(files.iter().map(of).sum());
    rows.push(vec!["all".to_owned(), sum(|file| file.1), sum(|file| file.2)]);
    table(&rows)
}
