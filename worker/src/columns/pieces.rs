//! The way through a run's events, a piece at a time.

use super::{Builder, LiteMap, Loaded, Names, Parked, Rc, Records, Steps, TimelineId, TimelineSpan};

impl Builder {
    pub fn new(loaded: &Rc<Loaded>) -> Builder {
        let begin = loaded.run.begin().0;
        Builder {
            loaded: Rc::clone(loaded),
            gone: 0,
            names: Names::default(),
            sessions: Vec::new(),
            records: Records::default(),
            steps: Steps::default(),
            transactions: Vec::new(),
            incident: None,
            open: LiteMap::new(),
            begun: LiteMap::new(),
            ends: LiteMap::new(),
            segments: Vec::new(),
            segment_index: LiteMap::new(),
            backups: Vec::new(),
            timelines: vec![TimelineSpan {
                id: TimelineId::FIRST.0,
                parent: None,
                fork_lsn: 0,
                fork_us: begin,
                began: (0, begin),
            }],
            told_command: None,
            parked: Parked::default(),
            last_replayed_us: begin,
            begins: Vec::new(),
        }
    }

    /// How many events have been gone through.
    #[cfg(feature = "whole")]
    pub fn gone(&self) -> usize {
        self.gone
    }

    /// Goes through that many events more; whether they were the last.
    pub fn go_on(&mut self, events: usize) -> bool {
        let loaded = Rc::clone(&self.loaded);
        let from = self.gone;
        let rest = loaded.run.events().get(from..).unwrap_or_default();
        for (index, event) in rest.iter().take(events).enumerate() {
            self.event((from + index) as u32, event);
        }
        self.gone += rest.len().min(events);
        rest.len() <= events
    }
}
