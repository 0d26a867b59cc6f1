//! How long each step stays when a run is played: gently after the virtual clock.
//!
//! A gap of an hour must not take an hour, nor may two steps at the same instant fall together. So a step's share grows with the
//! logarithm of the gap before the next one, and all shares are scaled to a length that a person watches through.

/// What a run of ordinary size takes at speed 1, and what a recovery at its end takes.
const RUN_MS: f32 = 26_000.0;
const RECOVERY_MS: f32 = 12_000.0;
/// No step is shorter than this at speed 1, nor longer than that.
const SHORTEST_MS: f32 = 80.0;
const LONGEST_MS: f32 = 1_400.0;

/// The dwell of each step at speed 1.
pub fn dwells(time_us: &[i64], recovery_step: Option<u32>) -> Vec<f32> {
    let split = recovery_step.map_or(time_us.len(), |step| (step as usize).min(time_us.len()));
    let mut dwells = weights(time_us);
    let (before, after) = dwells.split_at_mut(split);
    scale(before, RUN_MS);
    scale(after, RECOVERY_MS);
    dwells
}

/// 1 for a step whose successor comes at once, more the longer it lets wait.
fn weights(time_us: &[i64]) -> Vec<f32> {
    let next = time_us.iter().skip(1).chain(time_us.last());
    time_us
        .iter()
        .zip(next)
        .map(|(at, next)| {
            let gap_ms = ((next - at).max(0) / 1000) as f32;
            1.0 + (1.0 + gap_ms / 1000.0).ln()
        })
        .collect()
}

/// Gives each step the shortest dwell and shares out what is left of the length by weight.
fn scale(weights: &mut [f32], length_ms: f32) {
    let left = (length_ms - SHORTEST_MS * weights.len() as f32).max(0.0);
    let extra: f32 = weights.iter().map(|weight| weight - 1.0).sum::<f32>().max(1.0);
    for weight in weights {
        *weight = (SHORTEST_MS + left * (*weight - 1.0) / extra).min(LONGEST_MS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn a_day_is_watched_in_half_a_minute() {
        let times: Vec<i64> = (0..200).map(|step| step / 8 * 300 * SECOND).collect();
        let dwells = dwells(&times, None);
        let total: f32 = dwells.iter().sum();
        assert!((20_000.0..=30_000.0).contains(&total), "{total}");
        assert!(dwells.iter().all(|dwell| (SHORTEST_MS..=LONGEST_MS).contains(dwell)));
        assert!(dwells[7] > 3.0 * dwells[6], "a gap is longer than none: {} {}", dwells[7], dwells[6]);
    }

    #[test]
    fn long_runs_keep_the_shortest_dwell() {
        let times: Vec<i64> = (0..4000).map(|step| step * SECOND).collect();
        assert!(dwells(&times, None).iter().all(|dwell| *dwell == SHORTEST_MS));
    }

    #[test]
    fn a_recovery_has_its_own_length() {
        let times: Vec<i64> = (0..100).map(|step| step * SECOND).collect();
        let dwells = dwells(&times, Some(60));
        let after: f32 = dwells[60..].iter().sum();
        assert!((10_000.0..=12_500.0).contains(&after), "{after}");
        assert_eq!(super::dwells(&[], Some(3)), Vec::<f32>::new());
    }
}
