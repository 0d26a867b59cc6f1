//! The machine's parts and the lanes of the timeline: what is a box in the one is a lane in the other.

/// A box of the machine that holds all sessions; on the timeline each has a lane of its own.
pub const SESSIONS: &str = "sessions";
/// Those whose counterparts on the timeline are records: all that change pages, and checkpoints.
pub const PAGES: &str = "pages";
pub const FILES: &str = "files";

/// The boxes of the machine, by the codes that the style sheet names them by.
pub const BOXES: [&str; 8] = [SESSIONS, "buffer", "disk", "archive", PAGES, FILES, "snapshots", "server"];

/// Boxes, and lanes under other names that show the same. Of the others box and lane have one name.
const PAIRS: [(&str, &str); 3] = [("buffer", "log"), ("disk", "log"), ("disk", "segments")];

/// Whether they are one thing, seen twice.
pub fn belong(one: &str, other: &str) -> bool {
    one == other || PAIRS.contains(&(one, other)) || PAIRS.contains(&(other, one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_has_its_lanes_and_a_lane_its_boxes() {
        assert!(belong("disk", "segments") && belong("segments", "disk") && belong("log", "buffer"));
        assert!(belong("archive", "archive") && !belong("buffer", "segments") && !belong("buffer", "disk"));
    }

    #[test]
    fn each_has_a_sentence() {
        for code in BOXES.into_iter().chain(["log", "segments", "timelines"]) {
            assert!(crate::words::has(&format!("bench.point.part.{code}")), "{code}");
        }
    }
}
