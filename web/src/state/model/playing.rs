//! Going through a run: play, pause, steps, and the frames that are asked for on the way.

use super::{Effect, Model};
use crate::state::View;
use pitr_protocol::Request;

/// A run of so many steps is played step by step; a longer one in some hundred steps.
const PLAYED_WHOLE: u32 = 16_384;

impl Model {
    pub(super) fn pause(&mut self, effects: &mut Vec<Effect>) {
        if self.cursor.playing {
            self.cursor.playing = false;
            effects.push(Effect::Rest);
        }
    }

    pub(super) fn play(&mut self, effects: &mut Vec<Effect>) {
        if self.run.is_there() {
            if self.cursor.step >= self.run.last_step() {
                self.go_to(0, effects);
            }
            self.cursor.playing = true;
            effects.push(Effect::Wake(self.dwell_ms()));
        }
    }

    pub(super) fn dwell_ms(&self) -> u32 {
        let dwell = self.run.dwell_ms.get(self.cursor.step as usize).copied().unwrap_or(80.0);
        (dwell / self.cursor.speed.factor()).max(1.0) as u32
    }

    /// The step that is shown next when the run is played. Of one that nobody could watch through, steps are passed over.
    fn next_step(&self) -> u32 {
        let last = self.run.last_step();
        (self.cursor.step + 1 + (last / PLAYED_WHOLE) * 32).min(last)
    }

    pub(super) fn tick(&mut self, effects: &mut Vec<Effect>) {
        if !self.cursor.playing {
            return;
        }
        if self.cursor.step >= self.run.last_step() {
            self.cursor.playing = false;
            return;
        }
        let step = self.next_step();
        self.go_to(step, effects);
        if step == self.run.last_step() {
            self.cursor.playing = false;
        } else {
            effects.push(Effect::Wake(self.dwell_ms()));
        }
    }

    pub(super) fn go_to(&mut self, step: u32, effects: &mut Vec<Effect>) {
        let step = step.min(self.run.last_step());
        self.cursor.from = std::mem::replace(&mut self.cursor.step, step);
        if step == self.run.last_step() && self.run.head.recovery_step.is_some() {
            self.outcome.reached = true;
        }
        if !self.hurried {
            self.show(effects);
        }
    }

    /// Whether the run is longer than anybody watches through.
    pub fn is_long(&self) -> bool {
        self.run.last_step() > PLAYED_WHOLE
    }

    /// Brings the frame that hurried moves have left out.
    pub fn catch_up(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.show(&mut effects);
        effects
    }

    /// Brings the frame of the cursor's step, from memory or from the worker, and while playing the next one too.
    pub(super) fn show(&mut self, effects: &mut Vec<Effect>) {
        if !self.run.is_there() {
            return;
        }
        let step = self.cursor.step;
        match self.frames.get(step) {
            Some(frame) => self.present(frame),
            None => self.want_frame(step, effects),
        }
        let ahead = self.next_step();
        if self.cursor.playing && self.seek.is_free() && self.frames.get(ahead).is_none() {
            self.want_frame(ahead, effects);
        }
    }

    pub(super) fn present(&mut self, frame: View<pitr_protocol::Frame>) {
        self.cursor.frame = Some(frame);
    }

    pub(super) fn want_frame(&mut self, step: u32, effects: &mut Vec<Effect>) {
        if let Some(step) = self.seek.want(step) {
            let id = self.send(Request::Seek { step }, effects);
            self.seek.sent(id);
        }
    }
}
