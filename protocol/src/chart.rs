//! Points of the objectives charts: each a run of the engine.

use crate::wire::wire;

wire! {
    /// A chart that the lab can compute.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Chart {
        RtoAgainstCadence,
        RpoAgainstInterval,
    }

    /// What a chart will hold; its points follow, in order of `x_us`.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ChartHead {
        pub chart: Chart,
        pub points: u32,
        /// `x_us` of the first and of the last point, so that the axis stands before they come.
        pub first_x_us: i64,
        pub last_x_us: i64,
        /// Failure times tried for each point.
        pub runs_per_point: u32,
        pub scale: u64,
        pub seed: u64,
    }

    /// One policy, several failures. All in microseconds of the virtual clock.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ChartPoint {
        /// Snapshot cadence or archive interval.
        pub x_us: i64,
        pub median_us: i64,
        pub worst_us: i64,
        /// The textbook's expectation of the median and of the worst.
        pub textbook_median_us: i64,
        pub textbook_worst_us: i64,
        /// Scripts of the very runs whose results `median_us` and `worst_us` are.
        pub median_script: String,
        pub worst_script: String,
    }
}
