//! The sentences of the page: `t("key", &[("param", "value")])`.
//!
//! Each program says at its start which part of the language's file it speaks: the study's sentences are not the lab's to carry, and those
//! about errors come to it with the study. Until then what is lacking is on its way, and nothing is said in its place; after that a key
//! that is lacking shows itself, so that a reader and a test see it.

use pitr_protocol::Words;
use std::cell::RefCell;

/// All of the language.
pub const WHOLE: &str = include_str!("../../locales/en.toml");
/// What the lab says before the study is there.
pub const LAB: &str = include_str!(concat!(env!("OUT_DIR"), "/lab.toml"));

/// A key of those that come late.
const LATE: &str = "study.title";

thread_local! {
    static WORDS: RefCell<Words> = RefCell::new(Words::parse(UNTOLD).unwrap_or_default());
}

/// What is spoken before anybody has said what: everything where it is tested, nothing in a page.
const UNTOLD: &str = if cfg!(test) { WHOLE } else { "" };

/// From now on these sentences are spoken; a text that is no file of a language changes nothing.
pub fn speak(text: &str) {
    if let Ok(words) = Words::parse(text) {
        WORDS.set(words);
    }
}

/// The sentence of a key, with its parameters filled in.
pub fn t(key: &str, params: &[(&str, &str)]) -> String {
    WORDS.with_borrow(|words| {
        let said = words.say(key, params);
        if said == key && !words.has(LATE) { String::new() } else { said }
    })
}

/// Whether the language has this key.
pub fn has(key: &str) -> bool {
    WORDS.with_borrow(|words| words.has(key))
}

/// The sentence of `key.one` or `key.other`, whichever the count wants; `{count}` is the count.
pub fn count(key: &str, count: u64, params: &[(&str, &str)]) -> String {
    let form = if count == 1 { "one" } else { "other" };
    let count = crate::format::count(count);
    let mut with_count: Vec<(&str, &str)> = Vec::with_capacity(params.len() + 1);
    with_count.push(("count", &count));
    with_count.extend_from_slice(params);
    t(&format!("{key}.{form}"), &with_count)
}

/// A refusal in words: the entry `error.<code>`.
pub fn problem(problem: &pitr_protocol::Problem) -> String {
    coded("error.", problem).unwrap_or_else(|| t("error.other", &[("code", &problem.code)]))
}

/// A code and its parameters in words: the entry that the family and the code name, if there is one. Where nothing of the kind is `known`, it may
/// have another, `.none`, rather than a list of nothing.
pub fn coded(family: &str, problem: &pitr_protocol::Problem) -> Option<String> {
    let params: Vec<(&str, &str)> =
        problem.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let key = [family, &problem.code].concat();
    let none = [&key, ".none"].concat();
    let key = if params.contains(&("known", "")) && has(&none) { none } else { key };
    has(&key).then(|| t(&key, &params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_file_reads() {
        for text in [WHOLE, LAB] {
            let read = Words::parse(text);
            assert!(read.is_ok(), "{read:?}");
        }
        assert!(LAB.contains("recover.") && !LAB.contains("\"quiz."));
        assert!(
            LAB.contains("\"error.other\"") && !LAB.contains("\"error.bad_time\""),
            "an error is told somehow from the beginning"
        );
        assert_eq!(t("no.such.key", &[]), "no.such.key");
    }

    #[test]
    fn what_comes_late_is_not_shown_as_a_key() {
        speak(LAB);
        assert_eq!(t("recover.hint.name", &[]), "");
        assert_ne!(t("recover.hint.time", &[]), "");
        speak(WHOLE);
        assert_ne!(t("recover.hint.name", &[]), "");
        assert_eq!(t("no.such.key", &[]), "no.such.key");
    }

    #[test]
    fn a_list_of_nothing_is_not_told() {
        speak(WHOLE);
        let said = |known: &str| {
            let params =
                [("table", "users"), ("known", known)].map(|(name, value)| (name.to_owned(), value.to_owned()));
            problem(&pitr_protocol::Problem { code: "no_such_table".into(), params: params.to_vec(), place: None })
        };
        assert!(said("accounts, orders").ends_with("There are: accounts, orders."));
        assert!(!said("").contains("There are") && said("").starts_with("There is no table users"), "{}", said(""));
    }

    #[test]
    fn every_step_record_and_phase_has_its_words() {
        use pitr_protocol::{RecordKind as R, RecoveryPhase as P, StepKind as S};
        let steps = [
            S::TransactionBegan,
            S::StatementRan,
            S::RowsRead,
            S::RecordWritten,
            S::LogFlushed,
            S::Committed,
            S::RolledBack,
            S::SegmentOpened,
            S::SegmentSealed,
            S::SegmentSent,
            S::SegmentArchived,
            S::PageWritten,
            S::CheckpointStarted,
            S::CheckpointDone,
            S::BackupStarted,
            S::BackupCopied,
            S::BackupFinished,
            S::RestorePointMade,
            S::Noted,
            S::PrimaryLost,
            S::RecoveryStarted,
            S::FileRestored,
            S::SegmentFetched,
            S::RecordReplayed,
            S::ConsistencyReached,
            S::RecoveryStopped,
            S::TimelineBegan,
            S::Validated,
            S::RecoveryFinished,
            S::RecoveryFailed,
            S::StatementDone,
            S::RecoveryPaused,
            S::SwitchedOver,
            S::StatementWaits,
            S::StatementFailed,
            S::InvariantHolds,
            S::InvariantFails,
            S::Other,
        ];
        let records = [
            R::Checkpoint,
            R::SegmentSwitch,
            R::RestorePoint,
            R::BackupStart,
            R::BackupEnd,
            R::Commit,
            R::Abort,
            R::Insert,
            R::Update,
            R::Delete,
            R::CreateRelation,
            R::TimelineStart,
            R::Sequence,
            R::Lock,
            R::Other,
        ];
        let phases = [P::FetchBackup, P::FetchLog, P::Redo, P::Promote, P::Validate, P::Done, P::Failed];
        let keys = steps
            .map(|kind| format!("step.{}", kind.code()))
            .into_iter()
            .chain(records.map(|kind| format!("record.{}", kind.code())))
            .chain(phases.map(|phase| format!("phase.{}", phase.code())));
        let missing: Vec<String> = keys.filter(|key| !has(key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
