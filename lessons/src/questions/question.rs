//! A question and an answer to it, as whoever asks needs them.
//!
//! A [`Question`] knows which answer is right, so it stays with whoever grades; only texts are shown before the answer.

/// A question on a history of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The template that it was made by, or `FILE-STEM/QUESTION-ID` of one written by hand.
    pub id: String,
    /// Another seed is another history.
    pub seed: u64,
    pub prompt: String,
    /// Lines of the log or of the operators' notes, in order; to be shown in one width.
    pub evidence: Vec<String>,
    /// The history as a scenario that the lab can open; empty for none.
    pub script: String,
    pub kind: Kind,
    /// Why the right answer is right, with values of the run. Said after any answer.
    pub explanation: String,
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One of the choices; exactly one has no misconception.
    Single(Vec<Choice>),
    /// Any of the choices; right are those without a misconception: one at least, and not all.
    Multiple(Vec<Choice>),
    /// A text.
    Short(Short),
    /// Things to be put in order.
    Order(Order),
    /// A recovery's target, put on the live timeline.
    Place(Place),
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub text: String,
    /// `Some`: it is wrong, and this is what somebody believes who chooses it.
    pub misconception: Option<Misconception>,
    /// Of a right one among several: what somebody believes who leaves it out.
    pub overlooked: Option<Misconception>,
    /// Lines of a script, to be put behind the question's, that do what the choice says; empty for none.
    pub does: String,
    pub shows: Shows,
}

/// What is seen of a wrong answer once it has been carried out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Shows {
    /// What it says has been done: this is what comes of it.
    #[default]
    Itself,
    /// It would be so in another history: this script, behind which the lines are put. The note says in what it differs.
    Elsewhere { history: String, note: String },
    /// No run comes to what is claimed: that, what the engine found, and a note on why.
    Beside { claimed: String, found: String, note: String },
}

/// What people believe, by a stable name, and a sentence that sets it right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misconception {
    pub id: String,
    pub text: String,
}

/// What a text stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A whole number, in decimal.
    Number,
    /// `0/3A40`
    Lsn,
    /// `113` or `XID 113`
    Xid,
    /// `02:59:59`, with a fraction, a date or an offset if somebody likes.
    Time,
    /// `00000002.history`, `000000010000000000000003`
    FileName,
    /// Anything else, compared without regard to case and spaces.
    Text,
}

/// A question that is answered by a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    pub form: Form,
    /// Right answers as they are best written. Other ways to write the same are right too.
    pub right: Vec<String>,
    pub known_wrong: Vec<KnownWrong>,
    /// Lines that are carried out for any other answer: what it says, `{answer}` standing for it, or else what was asked about. Empty for none.
    pub does: String,
    /// Of an answer that nobody foresaw and that cannot be carried out: what is said beside what the engine found.
    pub note: String,
    /// What could be named instead, in its own order, the right one among it: by it an answer that nobody foresaw is told for too early or too late. `None`: nothing is said of such.
    pub scale: Option<Vec<String>>,
    /// Seconds east of UTC of a time without an offset.
    pub offset_s: i32,
    /// Microseconds since 1970: midnight of the day of a time without a date, in that zone.
    pub date_us: i64,
}

/// A wrong answer that somebody may well give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownWrong {
    pub text: String,
    pub misconception: Misconception,
    /// As [`Choice::does`].
    pub does: String,
    pub shows: Shows,
}

/// Things to be put in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// As they are shown at first; never in the right order.
    pub items: Vec<Item>,
    /// The items' indices in the right order.
    pub right: Vec<usize>,
    pub slips: Vec<Slip>,
}

/// One of the things to be put in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub text: String,
}

/// What somebody believes who puts `late` before `early`; both are indices of items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    pub early: usize,
    pub late: usize,
    pub misconception: Misconception,
    pub shows: Shows,
}

/// A target that is to be put on the timeline. Right is any that recovers exactly the rows that `wanted` recovers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Microseconds since 1970: the stretch in which it can be put, both ends in it.
    pub from_us: i64,
    pub to_us: i64,
    /// The backup that the recovery begins with.
    pub backup: String,
    /// A target that is right, in the script language, such as `xid 113 exclusive`. Shown as a solution after the answer.
    pub wanted: String,
    /// Said if the recovery brings the damage back, if it loses good work, and if it fails.
    pub damaged: Misconception,
    pub short: Misconception,
    pub failed: Misconception,
    /// Where a commit record of the damage stands, as an LSN: a recovery that ends past it is damaged.
    pub damage_lsn: String,
}

/// What somebody answers. Indices are of what was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Choice(usize),
    Choices(Vec<usize>),
    Text(String),
    Order(Vec<usize>),
    /// A target in the script language, such as `time '02:59:59' inclusive`.
    Target(String),
}

/// What is said to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub right: bool,
    /// Of a wrong answer, if it is one that people give for a reason.
    pub misconception: Option<Misconception>,
    /// Why the right answer is right.
    pub explanation: String,
    /// The right answer, as it would have been given: a line for each choice, or the items in order.
    pub solution: Vec<String>,
    /// A whole script in which the answer was carried out; the lab can open it.
    pub consequence: Option<String>,
    /// What is to be said of that script; empty for nothing.
    pub note: String,
    /// What was claimed, and what the engine found, where no run shows what was claimed.
    pub beside: Option<(String, String)>,
    /// The answer could not be read, and counts as none: a code with a sentence in the files of languages, such as `answer_wants_lsn`.
    pub unreadable: Option<&'static str>,
}

/// A template, as lists of them show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateInfo {
    pub id: &'static str,
    pub title: &'static str,
    /// Of `content/concepts.txt`.
    pub concepts: &'static [String],
}

/// Why there is no question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuestionError {
    /// No template is called so.
    NoSuchTemplate { id: String },
    /// No history among those that were drawn gave a good question. A test makes thousands, so nobody should meet this.
    NoHistory { id: String },
}

impl QuestionError {
    /// By which files of languages name it.
    pub fn code(&self) -> &'static str {
        match self {
            QuestionError::NoSuchTemplate { .. } => "no_such_template",
            QuestionError::NoHistory { .. } => "no_history",
        }
    }

    /// What its sentence shows, by name.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            QuestionError::NoSuchTemplate { id } | QuestionError::NoHistory { id } => vec![("template", id.clone())],
        }
    }
}
