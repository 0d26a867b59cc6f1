//! Commands that wait for a place in the log, or for an event.
//!
//! A command is carried out when what was under way at the event has come to its end. A machine that loses its power does not get that far:
//! where the command takes the primary down, the event is the last thing that happened, and what would have followed from the same command or job has
//! not. So a crash can stand between a commit record's writing and its flush.

use super::{Cluster, Command, CommandError, EventKind};
use crate::fault::Condition;

/// A command that waits.
#[derive(Debug, Clone)]
pub struct Armed {
    condition: Condition,
    session: String,
    command: Command,
}

/// What waits, and what is to be carried out now.
#[derive(Debug, Clone, Default)]
pub struct Schedule {
    armed: Vec<Armed>,
    due: Vec<Armed>,
    /// The cluster as it was when the power went.
    frozen: Option<Box<Cluster>>,
}

impl Schedule {
    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.armed.is_empty()
    }
}

impl Cluster {
    /// Lets a command wait for something.
    pub(super) fn arm(&mut self, session: &str, condition: &Condition, command: &Command) -> Result<(), CommandError> {
        let armed = Armed { condition: condition.clone(), session: session.to_owned(), command: command.clone() };
        self.schedule.armed.push(armed);
        self.tell(EventKind::Scheduled);
        Ok(())
    }

    /// Looks whether something waits for the event that has just been told.
    pub(super) fn check_schedule(&mut self) {
        let Some(event) = self.outbox.last() else {
            return;
        };
        let mut power_goes = false;
        let mut index = 0;
        while index < self.schedule.armed.len() {
            if !self.schedule.armed[index].condition.is_met_by(&event.kind) {
                index += 1;
                continue;
            }
            let armed = self.schedule.armed.remove(index);
            power_goes |= takes_power(&armed.command);
            self.schedule.due.push(armed);
        }
        if power_goes && self.schedule.frozen.is_none() {
            self.schedule.frozen = Some(Box::new(self.clone()));
        }
    }

    /// Carries out what has become due, after the command or job in which it did.
    pub(super) fn carry_out_due(&mut self) {
        while !self.schedule.due.is_empty() {
            if let Some(frozen) = self.schedule.frozen.take() {
                *self = *frozen;
            }
            let Armed { session, command, .. } = self.schedule.due.remove(0);
            let before = self.log_disk.is_some().then(|| self.before_statement(&session, &command));
            let done = self.take_turn(&session, &command);
            if let Err(error) = done.and_then(|()| before.map_or(Ok(()), |before| self.refuse_if_full(before))) {
                let error = if error == CommandError::NoPrimary { self.why_no_primary() } else { error };
                self.tell(EventKind::ScheduledRefused { error: error.into() });
            }
        }
    }

    /// The commands that still wait, and for what.
    pub fn scheduled(&self) -> impl Iterator<Item = (&Condition, &Command)> {
        self.schedule.armed.iter().map(|armed| (&armed.condition, &armed.command))
    }
}

/// Whether a command takes the primary down at once.
fn takes_power(command: &Command) -> bool {
    matches!(command, Command::LosePrimary | Command::Crash(_))
}
