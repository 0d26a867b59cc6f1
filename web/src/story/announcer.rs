//! What the one live region says: each step when stepping, and what a recovery came to. While playing no more than once a second.

use crate::state::{Cursor, Outcome, Run, Stage, View};
use crate::story::{outcome, sentence};
use crate::timeline::now_ms;
use gloo_timers::callback::Timeout;
use yew::Callback;

/// While playing, this long passes between two things said.
const APART_MS: f64 = 1_000.0;
/// Scrubbing says where it came to rest.
const REST_MS: u32 = 120;

/// What was heard last, and what is about to be said.
#[derive(Debug, Default)]
pub struct Announcer {
    heard: Option<(View<Run>, u32, bool, Stage)>,
    said_ms: f64,
    waiting: Option<Timeout>,
}

impl Announcer {
    /// Takes note of where the page stands, and has said what there is to say.
    pub fn hear(&mut self, run: &View<Run>, cursor: &Cursor, stage: Stage, came: &Outcome, say: Callback<String>) {
        let here = (run.clone(), cursor.step, cursor.playing, stage);
        if !run.is_there() || self.heard.as_ref() == Some(&here) {
            return;
        }
        let before = self.heard.replace(here);
        // A run that has just opened is in the story line, and a target that moves in its slider: neither is said again.
        let opens = before.as_ref().is_none_or(|(old, ..)| old != run) && stage == Stage::Opened;
        let moved = before.as_ref().is_none_or(|(old, step, ..)| old != run || *step != cursor.step);
        if opens || !(moved || stage == Stage::Recovered) {
            return;
        }
        let playing = cursor.playing && stage != Stage::Recovered;
        if playing && now_ms() - self.said_ms < APART_MS {
            return;
        }
        self.said_ms = now_ms();
        let report = came.report.clone().filter(|_| stage == Stage::Recovered);
        let (run, step) = (run.clone(), cursor.step);
        self.waiting = Some(Timeout::new(if playing { 0 } else { REST_MS }, move || {
            say.emit(report.map_or_else(|| sentence(&run, step), |report| outcome(&report)));
        }));
    }
}
