//! Questions in the page: asked by a name and a seed, answered, and answered back with what came of it.
//!
//! They travel as sweeps do, sealed in [`Request::Bench`](crate::Request::Bench) and [`Reply::Bench`](crate::Reply::Bench), behind a byte of their own. A question is named by its source
//! (`TEMPLATE-ID`, or `FILE-STEM/QUESTION-ID` of one written by hand) and a seed, which always give the same: so a worker that was replaced needs to remember nothing. What is right
//! does not travel before the answer.

use crate::bench;
use crate::prose::Block;
use crate::wire::{Wire, wire};
use crate::{Problem, Report, Table, TargetSpec};

/// No question of the workbench, nor of a sweep, begins with it.
const MARK: u8 = 0xFD;

wire! {
    /// What the page asks.
    #[derive(Debug, Clone, PartialEq)]
    pub enum Ask {
        /// What there is to practise. Answered by [`Told::Catalog`].
        Catalog,
        /// A question. Answered by [`Told::Posed`], or [`Told::Refused`].
        Pose { source: String, seed: u64 },
        /// What somebody answers to it. Answered by [`Told::Judged`], or [`Told::Refused`].
        Judge { source: String, seed: u64, answer: Answer },
    }

    /// What the worker tells.
    #[derive(Debug, Clone, PartialEq)]
    pub enum Told {
        Catalog(Vec<Entry>),
        Posed(Posed),
        Judged(Verdict),
        Refused(Problem),
    }

    /// Something to practise.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Entry {
        pub source: String,
        pub title: String,
        /// Whether it makes a fresh history for every seed.
        pub is_template: bool,
    }

    /// A question as it is shown.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Posed {
        pub source: String,
        /// With which it was made: the one that was asked for, unless its author has set one.
        pub seed: u64,
        /// What it has in common with others of its group; empty for none.
        pub part: Vec<Block>,
        pub prompt: Vec<Block>,
        /// Lines of the log or of the operators' notes, in order.
        pub evidence: Vec<String>,
        /// The history, as a scenario that the lab can open; empty for none.
        pub script: String,
        pub way: Way,
        /// Whether another seed is another question.
        pub varies: bool,
    }

    /// How it is answered.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Way {
        Single(Vec<Choice>),
        Multiple(Vec<Choice>),
        /// A code of the form (`number`, `lsn`, `xid`, `time`, `file`, `text`), and how much there is to write into (`one`, `many`, `code`).
        Short { form: String, lines: String },
        Order(Vec<String>),
        /// A target on the lab's timeline, for a recovery that begins with a backup.
        Place { backup: String },
    }

    /// What can be chosen.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Choice { pub text: Vec<Block> }

    /// An answer. Places are of what was shown, from 0.
    #[derive(Debug, Clone, PartialEq)]
    pub enum Answer {
        Choice(u32),
        Choices(Vec<u32>),
        Text(String),
        Order(Vec<u32>),
        Target(TargetSpec),
    }

    /// What is said to an answer.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Verdict {
        pub right: bool,
        /// The answer could not be read, and counts as none: why, as a code.
        pub unreadable: Option<String>,
        /// What is believed by whoever answers so: its stable name, which may be empty, and what sets it right.
        pub misconception: Option<Misconception>,
        /// Why the right answer is right.
        pub explanation: Vec<Block>,
        /// The right answer as it would have been given, a line each.
        pub solution: Vec<String>,
        pub ran: Option<Ran>,
        /// What is to be said of what ran: in what its history is another one, or why it does not come to what was claimed.
        pub note: Vec<Block>,
        /// What was claimed and what the engine found, where no run comes to the former.
        pub beside: Option<(String, String)>,
    }

    /// What somebody believes.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Misconception {
        pub id: String,
        pub text: Vec<Block>,
    }

    /// What the engine found when it did what the answer says.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Ran {
        /// The history with the answer carried out behind it, for the lab to open.
        pub script: String,
        /// Of a recovery that came to its end.
        pub report: Option<Box<Report>>,
        /// Why a recovery failed.
        pub problem: Option<Problem>,
        /// The tables as they are now, and as the recovery gives them.
        pub now: Vec<Table>,
        pub recovered: Vec<Table>,
        /// In which the timestamps of the tables are written: seconds east of UTC.
        pub zone_offset_s: i32,
    }
}

/// Seals a question or an answer.
pub fn seal<T: Wire>(value: &T) -> Vec<u8> {
    bench::seal_behind(MARK, value)
}

/// Opens one; `None` if it is something else, such as the workbench's.
pub fn open<T: Wire>(bytes: &[u8]) -> Option<T> {
    bench::open_behind(MARK, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prose::{Look, Span};
    use crate::sweep;

    #[test]
    fn what_is_sealed_can_be_opened_and_is_nobody_elses() {
        let answer = Answer::Order(vec![2, 0, 1]);
        let ask = Ask::Judge { source: "a/b".into(), seed: u64::MAX, answer };
        let sealed = seal(&ask);
        assert_eq!(open(&sealed), Some(ask));
        assert_eq!(bench::open::<bench::Ask>(&sealed), None);
        assert_eq!(sweep::open::<sweep::Ask>(&sealed), None);
        assert_eq!(open::<Ask>(&sweep::seal(&sweep::Ask::Known)), None);
        let span = Span { text: "x".into(), look: Look::Code, link: Some("https://example.org".into()) };
        let prompt =
            vec![Block::Paragraph(vec![span.clone()]), Block::Item { depth: 1, number: Some(2), spans: vec![span] }];
        let posed = Posed {
            source: "a".into(),
            seed: 7,
            part: Vec::new(),
            prompt,
            evidence: vec!["03:00:00".into()],
            script: String::new(),
            way: Way::Single(vec![Choice { text: vec![Block::Code("y".into())] }]),
            varies: true,
        };
        let told = Told::Posed(posed);
        assert_eq!(open(&seal(&told)), Some(told));
        for end in 0..sealed.len() {
            assert_eq!(open::<Ask>(&sealed[..end]), None, "cut at {end}");
        }
    }
}
