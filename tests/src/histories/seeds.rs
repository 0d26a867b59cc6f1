//! Fifty histories, each held to its digest.
//!
//! Each is told, and told once more by carrying its script out as text, which must come to the same bytes. `golden/seeds.txt` is written
//! anew by `UPDATE_GOLDEN=1 cargo test -p pitr-tests --test golden`.

use super::{History, Plot, tell};
use crate::carried::carry_out;
use pitr_engine::types::TimelineId;

/// The seeds are 1 to this.
pub const SEEDS: u64 = 50;

/// The lines as they were.
pub const LINES: &str = include_str!("../../golden/seeds.txt");

const PLOT: Plot = Plot { eras: 4, steps: 60, faults: true, workloads: true };

/// A line for each seed: how much happened, and the digest of every byte; or how the second telling differs from the first.
pub fn lines() -> String {
    (1..=SEEDS).map(|seed| line(seed, &tell(seed, PLOT))).collect()
}

fn line(seed: u64, history: &History) -> String {
    let digest = history.cluster.digest();
    let text = history.script.to_string();
    let again = match carry_out(&text) {
        Ok(carried) => carried.run.cluster().digest(),
        Err(error) => return format!("seed {seed}: the script of the history is refused: {error}\n{text}\n"),
    };
    if again != digest {
        return format!("seed {seed}: {digest} when it was told, {again} when its script was carried out:\n{text}\n");
    }
    format!(
        "seed {seed:>2}  commands {:>3}  refused {:>2}  events {:>5}  backups {:>2}  deepest timeline {}  digest {digest}\n",
        history.script.commands.len(),
        history.refused,
        history.cluster.told(),
        history.cluster.backups().catalog().len(),
        depth(history),
    )
}

/// How many timelines lie one upon the other, at most.
fn depth(history: &History) -> usize {
    let ancestors = |file: &[u8]| String::from_utf8_lossy(file).lines().filter(|line| line.contains('\t')).count();
    let archive = history.cluster.archive();
    let deepest = archive.histories().map(|(_, file)| 1 + ancestors(file)).max();
    deepest.unwrap_or(TimelineId::FIRST.0 as usize)
}
