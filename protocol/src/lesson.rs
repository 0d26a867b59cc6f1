//! Lessons: what is read, what is asked, what came of it. Texts come with their values; which answer is right is told when one has been given.

use crate::prose::{Block, Span};
use crate::wire::wire;
use crate::{Problem, TargetSpec};

wire! {
    /// A question about a lesson, which goes to the engine that has the run on show.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum LessonAsk {
        /// The lesson of an id on a history of a seed; 0 for the one that its author wrote. Answered by [`LessonTold::Opened`].
        Open { id: String, seed: u64 },
        /// An answer to a step. Answered by [`LessonTold::Judged`].
        Answer { id: String, seed: u64, step: u32, answer: LessonAnswer },
        /// What holds of the run on show of what a step wants done. Answered by [`LessonTold::Checked`].
        Check { id: String, seed: u64, step: u32 },
        /// Where the lab stands when that is done as the author does it. Answered by [`LessonTold::Shown`].
        Show { id: String, seed: u64, step: u32 },
    }

    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum LessonAnswer {
        /// Counted from 0.
        Option(u32),
        Text(String),
    }

    /// An answer.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum LessonTold {
        Opened(Box<Lesson>),
        Judged(Box<Judged>),
        /// Each condition, and whether it holds.
        Checked(Vec<(String, bool)>),
        Shown(Stand),
    }

    /// A lesson as it is read.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Lesson {
        pub id: String,
        pub number: u32,
        pub title: String,
        pub idea: String,
        pub minutes: u32,
        pub seed: u64,
        pub intro: Vec<Block>,
        pub steps: Vec<LessonStep>,
        /// Templates of questions, and one of an earlier lesson.
        pub questions: Vec<String>,
        pub recall: Option<String>,
    }

    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct LessonStep {
        pub id: String,
        pub title: String,
        pub task: Task,
        pub predict: Vec<Block>,
        pub observe: Vec<Block>,
        pub explain: Vec<Block>,
        pub hints: Vec<Vec<Span>>,
        pub stand: Stand,
    }

    /// What a step asks for.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Task {
        /// Nothing: it is read and watched.
        Watch,
        Choose(Vec<Vec<Span>>),
        /// A `number`, an `lsn`, an `xid` or a `time`.
        Type { form: String, label: String },
        /// What has to hold of the run in the lab.
        Act(Vec<String>),
    }

    /// A state of the lab.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Stand {
        pub script: String,
        pub step: u32,
        pub target: Option<TargetSpec>,
    }

    /// What an answer came to.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Judged {
        pub right: bool,
        pub said: String,
        /// What is the case, for an answer that says something.
        pub is: Option<String>,
        pub feedback: Vec<Span>,
        /// What the answer's own run came to.
        pub came: Option<Came>,
        pub stand: Option<Stand>,
    }

    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Came {
        /// Why the recovery failed, if it did.
        pub failed: Option<Problem>,
        /// The last commit that was replayed and the first that was not: transaction and instant.
        pub last_in: Option<(u32, i64)>,
        pub first_out: Option<(u32, i64)>,
        /// Each table with its rows.
        pub tables: Vec<(String, u64)>,
    }
}
