//! Generated questions, held to what a good question is, and their right answers to calculations of their own.
//!
//! Nothing here asks the engine to recover anything: [`asked`] tells a question's history to the model, which knows facts and rows and no pages, and the judges reason from
//! there or from the plain text. What a choice does is read from its script lines.
//!
//! * [`form`] is what holds for any question: distinct choices, alike in length, each wrong one with its belief, and grades that agree.
//! * [`recoveries`], [`log`] and [`branches`] are the judges of the templates.
//! * [`held`] carries out every wrong answer and sees whether that shows what it claims.
//! * [`lines`] are digests of some questions of each template, the same natively and in a browser.

mod asked;
mod branches;
mod form;
mod held;
mod log;
mod recoveries;

pub use asked::Asked;
pub use form::Standing;

use crc::{CRC_32_ISCSI, Crc};
use pitr_lessons::questions::{Question, make, templates};

/// The digests as they were.
pub const LINES: &str = include_str!("../../golden/questions.txt");

/// Questions of each template that are held to their digests.
const SEEDS: u64 = 8;

/// Makes a question and says what is wrong with it; else how it stands among others.
pub fn check(id: &str, seed: u64) -> Result<Standing, String> {
    let question = make(id, seed).map_err(|error| error.code().to_owned())?;
    if seed.is_multiple_of(16) && make(id, seed).as_ref() != Ok(&question) {
        return Err("another question for the same seed".to_owned());
    }
    judge(&question)
}

/// What is wrong with a question; else how it stands among others.
pub fn judge(question: &Question) -> Result<Standing, String> {
    let standing = form::check(question)?;
    let asked = Asked::of(question)?;
    match question.id.as_str() {
        "rows-after-target" => recoveries::rows_after_target(&asked),
        "last-in-first-out" => recoveries::last_in_first_out(&asked),
        "flip-inclusive" => recoveries::flip_inclusive(&asked),
        "same-result" => recoveries::same_result(&asked),
        "commits-lost" => recoveries::commits_lost(&asked),
        "is-row-visible" => recoveries::is_row_visible(&asked),
        "backups-that-reach" => recoveries::backups_that_reach(&asked),
        "earliest-of-backup" => recoveries::earliest_of_backup(&asked),
        "survives-crash" => log::survives_crash(&asked),
        "order-of-events" => log::order_of_events(&asked),
        "smallest-segments" => log::smallest_segments(&asked),
        "bytes-replayed" => log::bytes_replayed(&asked),
        "tightest-lsn" => log::tightest_lsn(&asked),
        "timeline-of-row" => branches::timeline_of_row(&asked),
        "history-file" => branches::history_file(&asked),
        "can-follow" => branches::can_follow(&asked),
        other => Err(format!("nobody judges {other}")),
    }?;
    held::check(&asked)?;
    Ok(standing)
}

/// A line for each of some questions of each template: its digest.
pub fn lines() -> String {
    let crc = Crc::<u32>::new(&CRC_32_ISCSI);
    let mut lines = String::new();
    for template in templates() {
        for seed in 0..SEEDS {
            let said = match make(template.id, seed) {
                Ok(question) => format!("{:08X}", crc.checksum(format!("{question:?}").as_bytes())),
                Err(error) => error.code().to_owned(),
            };
            lines.push_str(&format!("{} {seed} {said}\n", template.id));
        }
    }
    lines
}
