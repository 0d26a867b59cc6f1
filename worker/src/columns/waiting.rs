//! Statements that wait: what they were is told again when they run.

use super::{About, Builder};
use litemap::LiteMap;
use pitr_engine::script::invariant_text;
use pitr_engine::types::Xid;
use pitr_engine::{Event, EventKind, LogEvent};
use pitr_protocol::StepKind;
use std::collections::VecDeque;

/// The statements that have been sent and not carried out, by session.
#[derive(Default)]
pub(super) struct Parked {
    texts: LiteMap<String, VecDeque<String>>,
    /// Those that are being carried out now.
    resumed: LiteMap<String, String>,
}

impl Builder {
    /// What was written in the command that is being carried out.
    pub(super) fn sent_text(&self, step: u32) -> String {
        let command = self.loaded.run.command_of(step as usize);
        let line = command.and_then(|command| self.loaded.statement(command));
        line.map(|line| line.statement.clone()).unwrap_or_default()
    }

    /// The commit whose flush a session waits for, if it is itself that it waits for.
    fn commit_waited_for(&self, step: u32, session: &str, holder: &str) -> Xid {
        let before = self.loaded.run.events().get(..step as usize).unwrap_or_default();
        let commit = before.iter().rev().filter(|_| session == holder).find_map(|event| match &event.kind {
            EventKind::Log(LogEvent::CommitWaits { session: of, xid, .. }) if of == session => Some(*xid),
            _ => None,
        });
        commit.unwrap_or(Xid::NONE)
    }

    /// What a session sent that is carried out only now, once.
    pub(super) fn resumed_text(&mut self, session: &str) -> Option<String> {
        if pitr_engine::WHOLE { self.parked.resumed.remove(session) } else { None }
    }

    /// Events that only the whole engine has.
    pub(super) fn waiting(&mut self, step: u32, event: &Event) {
        match &event.kind {
            EventKind::StatementWaits { session, holder, .. } => {
                let again = self.parked.resumed.remove(session);
                let sent = self.sent_text(step);
                let texts = self.parked.texts.entry(session.clone()).or_default();
                match again {
                    Some(text) => texts.push_front(text),
                    None => texts.push_back(sent),
                }
                self.session(session);
                let xid = self.commit_waited_for(step, session, holder);
                let about = About { name: session, text: holder, xid, ..About::default() };
                self.step(StepKind::StatementWaits, event, about);
            }
            EventKind::StatementQueued { session, holder } => {
                let sent = self.sent_text(step);
                self.parked.texts.entry(session.clone()).or_default().push_back(sent);
                let xid = self.commit_waited_for(step, session, holder);
                let about = About { name: session, text: holder, xid, ..About::default() };
                self.step(StepKind::StatementWaits, event, about);
            }
            EventKind::StatementResumed { session, .. } => {
                let texts = self.parked.texts.get_mut(session);
                let text = texts.and_then(VecDeque::pop_front).unwrap_or_default();
                self.parked.resumed.insert(session.clone(), text.clone());
                self.step(StepKind::StatementDone, event, About { name: session, text: &text, ..About::default() });
            }
            EventKind::StatementFailed { session, error } => {
                // One that waited fails without having been carried out.
                if self.parked.resumed.remove(session).is_none() {
                    self.parked.texts.get_mut(session).and_then(VecDeque::pop_front);
                }
                let code = error.code();
                self.step(StepKind::StatementFailed, event, About { name: session, text: code, ..About::default() });
            }
            EventKind::InvariantChecked { invariant, holds, .. } => {
                let kind = if *holds { StepKind::InvariantHolds } else { StepKind::InvariantFails };
                self.step(kind, event, About { text: &invariant_text(invariant), ..About::default() });
            }
            _ => {}
        }
    }
}
