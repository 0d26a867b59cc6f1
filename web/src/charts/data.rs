//! What a chart is given: policies that were measured, already in its units.

/// What an axis carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Microseconds.
    Time,
    /// Millionths of a dollar a month.
    Money,
}

/// What a chart looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Median, 95th percentile and worst along a knob, as bands, and the textbook's over them.
    Bands,
    /// One value a policy, along a knob.
    Line,
    /// Policies by two of their values, those that no other beats joined.
    Frontier,
}

/// Which of a policy's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum Level {
    #[default]
    Median,
    P95,
    Worst,
}

impl Level {
    pub const ALL: [Level; 3] = [Level::Median, Level::P95, Level::Worst];

    /// The word that its sentences go by.
    pub fn code(self) -> &'static str {
        match self {
            Level::Median => "median",
            Level::P95 => "p95",
            Level::Worst => "worst",
        }
    }
}

/// A policy on a chart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dot {
    /// The knob's value, or the other of the two values.
    pub x: i64,
    /// In the order of [`Level::ALL`]; the same three times where there is one.
    pub y: [i64; 3],
    /// The numbers of the runs that these are of.
    pub runs: [u32; 3],
    /// The textbook's median and worst.
    pub textbook: Option<(i64, i64)>,
    /// What is said of the policy: `every 15 min`.
    pub policy: String,
    /// It is the one that was chosen.
    pub is_yours: bool,
    pub on_frontier: bool,
    /// All of its runs are done.
    pub is_whole: bool,
}

/// All that a chart shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartData {
    /// The word that its sentences go by.
    pub code: &'static str,
    pub form: Form,
    pub x_unit: Unit,
    pub y_unit: Unit,
    /// What stands on the other axis, in words.
    pub y: String,
    /// Whether the other axis goes by tens.
    pub y_logarithmic: bool,
    /// The first and the last policy that a chart along a knob will have.
    pub x: (i64, i64),
    /// In the order of `x`.
    pub dots: Vec<Dot>,
    /// How far it is.
    pub progress: String,
    /// What is to be said of it, and where its numbers come from.
    pub remarks: Vec<String>,
    pub source: String,
}

impl ChartData {
    /// The levels that have marks.
    pub fn levels(&self) -> &'static [Level] {
        match self.form {
            Form::Bands => &Level::ALL,
            Form::Line | Form::Frontier => &[Level::Median],
        }
    }

    /// A value in the unit of the other axis, in words.
    pub fn value(&self, value: i64) -> String {
        written(self.y_unit, value)
    }
}

/// A value in words.
pub fn written(unit: Unit, value: i64) -> String {
    match unit {
        Unit::Time => crate::format::duration(value),
        Unit::Money => crate::format::dollars(value.max(0).unsigned_abs()),
    }
}

#[cfg(test)]
impl ChartData {
    /// A chart of times along a knob of time, from a minute to an hour.
    pub fn sample(form: Form, dots: Vec<Dot>) -> ChartData {
        let code = "rto";
        ChartData {
            code,
            form,
            x_unit: Unit::Time,
            y_unit: Unit::Time,
            y: String::new(),
            y_logarithmic: false,
            x: (60_000_000, 3_600_000_000),
            dots,
            progress: String::new(),
            remarks: Vec::new(),
            source: String::new(),
        }
    }
}
