//! Where in the run the page stands, and the frames that it has seen.

use crate::state::View;
use pitr_protocol::Frame;
use std::collections::VecDeque;

/// Where in the run the page stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cursor {
    pub step: u32,
    /// The step that was on show before this one.
    pub from: u32,
    pub playing: bool,
    pub speed: Speed,
    /// The state just after `frame.step`, which lags behind `step` until the worker has answered.
    pub frame: Option<View<Frame>>,
}

/// How fast a run is played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Speed {
    Quarter,
    Half,
    #[default]
    Normal,
    Double,
    Fourfold,
    Eightfold,
}

impl Speed {
    pub const ALL: [Speed; 6] =
        [Speed::Quarter, Speed::Half, Speed::Normal, Speed::Double, Speed::Fourfold, Speed::Eightfold];

    pub fn factor(self) -> f32 {
        match self {
            Speed::Quarter => 0.25,
            Speed::Half => 0.5,
            Speed::Normal => 1.0,
            Speed::Double => 2.0,
            Speed::Fourfold => 4.0,
            Speed::Eightfold => 8.0,
        }
    }
}

/// The last frames seen, so that stepping back and forth asks for nothing twice.
#[derive(Debug, Default)]
pub(super) struct Frames {
    recent: VecDeque<View<Frame>>,
}

impl Frames {
    const KEPT: usize = 96;

    pub fn get(&self, step: u32) -> Option<View<Frame>> {
        self.recent.iter().find(|frame| frame.step == step).cloned()
    }

    pub fn keep(&mut self, frame: View<Frame>) {
        if self.recent.len() == Self::KEPT {
            self.recent.pop_front();
        }
        self.recent.push_back(frame);
    }

    pub fn clear(&mut self) {
        self.recent.clear();
    }
}
