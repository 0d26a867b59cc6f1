//! Requests, replies and their envelope.

use crate::wire::{Reader, Wire, wire};
use crate::{
    Along, Boundary, Frame, Grade, Problem, Question, Records, Report, RunHead, Steps, Stop, TargetKind, TargetSpec,
};

/// Both sides refuse a message of another version: a page may be newer than a worker that the browser had stored.
pub const PROTOCOL_VERSION: u16 = 1;

/// A message with the numbers that let its answers find their way.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope<T> {
    pub version: u16,
    /// The request that this is, or that this answers.
    pub id: u32,
    /// Counts the runs that the page has asked for. An answer of an earlier epoch comes too late and is dropped.
    pub epoch: u32,
    pub body: T,
}

wire! {
    /// What the page asks of the worker. Every request is answered by at least one [`Reply`] with its `id`.
    #[derive(Debug, Clone, PartialEq)]
    pub enum Request {
        /// Start another run. Answered by [`Reply::Run`], its columns in [`Reply::Records`] and [`Reply::Steps`], then [`Reply::Ready`];
        /// or by [`Reply::Refused`], and the run that was there goes on.
        Load(ScriptSource),
        /// The state of everything just after a step. Answered by [`Reply::Frame`].
        Seek { step: u32 },
        /// Where a recovery to this target would stop, without running it. Answered by [`Reply::Boundary`] or [`Reply::Refused`].
        Boundary(TargetSpec),
        /// The places where a recovery along a timeline can stop, in log order. Answered by [`Reply::Stops`].
        Stops { kind: TargetKind, along: Along },
        /// Recover beside the live database, at the end of the run; a recovery that was there before is replaced. Answered as `Load` is,
        /// then by [`Reply::Recovered`]; or by [`Reply::Refused`], and the run stays as it was.
        Recover(TargetSpec),
        /// A recovery that is paused at its target ends there, and its server is promoted. Answered as `Recover` is.
        Resume,
        /// A server that has shut down at its recovery's target goes on to another, from the backup that it has. Answered as `Recover` is.
        Continue(TargetSpec),
        /// The self-check's questions; another `attempt` is a fresh history. Answered by [`Reply::Questions`].
        Questions { attempt: u32 },
        /// Grade a choice by doing what it says. Answered by [`Reply::Graded`].
        Answer { attempt: u32, question: u8, choice: u8 },
        /// A hash of all that the run has made: log, pages, archive, backups, events. Answered by [`Reply::Digest`].
        Digest,
        /// A question of the workbench, an [`Ask`](crate::bench::Ask) sealed. Answered by [`Reply::Bench`].
        Bench(Vec<u8>),
        /// Panic, so that a test sees what the page makes of it. Refused by every worker but one that was built for tests.
        Panic,
    }

    /// Where a run's script comes from.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum ScriptSource {
        /// A scenario that the lab ships, by its file's stem, such as `worked-example`.
        Shipped(String),
        /// The script itself.
        Text(String),
    }

    /// What the worker answers.
    #[derive(Debug, Clone, PartialEq)]
    pub enum Reply {
        /// The head of a run that replaces the one before; its columns follow.
        Run(Box<RunHead>),
        /// The next part of the log's records, in log order.
        Records(Records),
        /// The next part of the run's steps, in order.
        Steps(Steps),
        /// All columns of the run have been sent.
        Ready,
        Frame(Box<Frame>),
        Boundary(Box<Boundary>),
        Stops {
            kind: TargetKind,
            stops: Vec<Stop>,
        },
        Recovered(Box<Report>),
        Questions {
            attempt: u32,
            questions: Vec<Question>,
        },
        Graded {
            attempt: u32,
            question: u8,
            choice: u8,
            grade: Box<Grade>,
        },
        Digest {
            text: String,
        },
        /// A [`Told`](crate::bench::Told) sealed.
        Bench(Vec<u8>),
        Done,
        /// The request cannot be met; nothing has changed.
        Refused(Problem),
    }
}

/// What came out of the bytes of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Decoded<T> {
    Message(Envelope<T>),
    /// Well-formed as far as its version, which is another one.
    OtherVersion(u16),
    /// Not a message.
    Malformed,
}

/// The bytes of a message. An envelope always encodes: its types have no form that the format lacks.
pub fn encode<T: Wire>(envelope: &Envelope<T>) -> Vec<u8> {
    let mut bytes = Vec::new();
    envelope.version.put(&mut bytes);
    envelope.id.put(&mut bytes);
    envelope.epoch.put(&mut bytes);
    envelope.body.put(&mut bytes);
    bytes
}

/// Reads a message from bytes that may be anything.
pub fn decode<T: Wire>(bytes: &[u8]) -> Decoded<T> {
    let Some((version, rest)) = bytes.split_first_chunk() else { return Decoded::Malformed };
    let version = u16::from_le_bytes(*version);
    if version != PROTOCOL_VERSION {
        return Decoded::OtherVersion(version);
    }
    let mut reader = Reader::new(rest);
    let envelope =
        Envelope { version, id: u32::take(&mut reader), epoch: u32::take(&mut reader), body: T::take(&mut reader) };
    if reader.finished_well() { Decoded::Message(envelope) } else { Decoded::Malformed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_survives_its_bytes() {
        let sent = Envelope { version: PROTOCOL_VERSION, id: 7, epoch: 2, body: Request::Seek { step: 300 } };
        assert_eq!(decode(&encode(&sent)), Decoded::Message(sent));
    }

    #[test]
    fn the_parts_of_a_run_are_known_by_their_bytes() {
        let parts = [
            Reply::Run(Box::default()),
            Reply::Records(Records::default()),
            Reply::Steps(Steps::default()),
            Reply::Ready,
            Reply::Frame(Box::default()),
        ];
        for (number, body) in parts.into_iter().enumerate() {
            let bytes = encode(&Envelope { version: PROTOCOL_VERSION, id: 0x8000_0007, epoch: 2, body });
            // As `web/js/link.js` reads them.
            assert_eq!(&bytes[2..6], &[7, 0, 0, 0x80]);
            assert_eq!(&bytes[6..10], &[2, 0, 0, 0]);
            assert_eq!(usize::from(bytes[10]), number);
        }
        // The boundary stands between the frame and the stops.
        let stops = Reply::Stops { kind: TargetKind::Time, stops: Vec::new() };
        let bytes = encode(&Envelope { version: PROTOCOL_VERSION, id: 7, epoch: 2, body: stops });
        assert_eq!(bytes[10], 6);
        // Refusals end the list.
        let refused = Reply::Refused(Problem { code: "no".into(), params: Vec::new(), place: None });
        let bytes = encode(&Envelope { version: PROTOCOL_VERSION, id: 7, epoch: 2, body: refused });
        assert_eq!(bytes[10], 13);
    }

    #[test]
    fn another_version_is_told_from_rubbish() {
        let sent = Envelope { version: PROTOCOL_VERSION + 1, id: 7, epoch: 2, body: 99_u64 };
        assert_eq!(decode::<Request>(&encode(&sent)), Decoded::OtherVersion(PROTOCOL_VERSION + 1));
        assert_eq!(decode::<Request>(&[]), Decoded::Malformed);
        assert_eq!(decode::<Request>(&[1, 0, 1, 250]), Decoded::Malformed);
    }
}
