//! Sequences: made, and drawn from.

use super::{Cluster, CommandError, EventKind};
use crate::server::SequenceDef;
use crate::types::Xid;

impl Cluster {
    pub(super) fn create_sequence(
        &mut self,
        session: &str,
        name: &str,
        start: i64,
        increment: i64,
    ) -> Result<(), CommandError> {
        let own = self.session_xid(session);
        let primary = self.primary_mut()?;
        let is_taken = primary.table(name, own)?.is_some()
            || primary.sequences(own)?.iter().any(|(sequence, _)| sequence.name == name);
        if is_taken {
            return Err(CommandError::TableExists { table: name.to_owned() });
        }
        self.lock(session, name, true)?;
        let xid = self.xid_for_write(session)?;
        let records = self.primary_mut()?.create_sequence(xid, name, start, increment)?;
        for (appended, about) in records.into_iter().zip([name, name, "catalog"]) {
            self.tell_record(Some(session), appended, None, Some(about));
        }
        self.commit_if_alone(session)
    }

    /// Draws values. A draw that is logged gives the transaction a number, as a write does, but never waits for its commit.
    pub(super) fn draw(&mut self, session: &str, sequence: &str, count: u32) -> Result<(), CommandError> {
        let def = self.named_sequence(session, sequence)?;
        let mut drawn = None;
        for _ in 0..count {
            let xid = match self.primary_mut()?.draw_is_logged(&def)? {
                true => self.top_xid_for_write(session)?,
                false => Xid::NONE,
            };
            let used_up = || CommandError::SequenceUsedUp { sequence: sequence.to_owned() };
            let (value, appended) = self.primary_mut()?.draw(&def, xid)?.ok_or_else(used_up)?;
            if let Some(appended) = appended {
                self.tell_record(Some(session), appended, None, Some(sequence));
            }
            drawn = Some(value);
        }
        if let Some(value) = drawn {
            let (session, sequence) = (session.to_owned(), sequence.to_owned());
            self.tell(EventKind::SequenceDrawn { session, sequence, value });
        }
        self.commit_if_alone(session)
    }

    fn named_sequence(&mut self, session: &str, sequence: &str) -> Result<SequenceDef, CommandError> {
        let own = self.session_xid(session);
        let sequences = self.primary_mut()?.sequences(own)?;
        let known = sequences.iter().map(|(def, _)| def.name.clone()).collect();
        let found = sequences.into_iter().map(|(def, _)| def).find(|def| def.name == sequence);
        found.ok_or_else(|| CommandError::NoSuchSequence { sequence: sequence.to_owned(), known })
    }
}
