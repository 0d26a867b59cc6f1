//! The part in sight and the axis, as a link holds them.

use super::Deep;
use crate::bench::{hub, look};

impl Deep {
    /// Shows what the link in the address says.
    pub fn look(&mut self) {
        let looks = hub::looks();
        self.scale = look::axis_of(&looks);
        self.window = look::sight_of(&looks);
        self.follows = false;
        self.touched = None;
    }

    /// Says what is shown to whoever makes links.
    pub fn tell_look(&self) {
        hub::put_look(look::AXIS, look::axis_text(self.scale));
        hub::put_look(look::SIGHT, look::sight_text(self.window));
    }
}
