//! A function for each template: a history from chance, a question about it, or nothing if that history gives no good one.
//!
//! Every right answer is what the engine does, and every wrong one what it does when it is asked the wrong way; the script lines that ask it stand in the choice.

mod backups;
mod branches;
mod crashes;
mod days;
mod loss;
mod lsns;
mod order;
mod segments;
mod targets;
mod visible;

use super::maker::Maker;
use super::question::Question;

/// Makes a question of what chance gives.
pub type Template = fn(&mut Maker) -> Option<Question>;

/// The function of a template.
pub fn template(id: &str) -> Option<Template> {
    Some(match id {
        "rows-after-target" => targets::rows_after_target,
        "survives-crash" => crashes::survives_crash,
        "order-of-events" => order::order_of_events,
        "commits-lost" => loss::commits_lost,
        "last-in-first-out" => targets::last_in_first_out,
        "is-row-visible" => visible::is_row_visible,
        "backups-that-reach" => backups::backups_that_reach,
        "earliest-of-backup" => backups::earliest_of_backup,
        "smallest-segments" => segments::smallest_segments,
        "bytes-replayed" => segments::bytes_replayed,
        "tightest-lsn" => lsns::tightest_lsn,
        "flip-inclusive" => targets::flip_inclusive,
        "same-result" => lsns::same_result,
        "timeline-of-row" => branches::timeline_of_row,
        "history-file" => branches::history_file,
        "can-follow" => branches::can_follow,
        _ => return None,
    })
}
