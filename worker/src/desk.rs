//! Requests in, replies out.

use crate::columns::{Columns, columns};
use crate::loaded::Loaded;
use crate::problems::problem;
use crate::{cuts, frame, reports, stops};
#[cfg(feature = "whole")]
use pitr_protocol::bench::Told;
use pitr_protocol::{
    Decoded, Envelope, PROTOCOL_VERSION, Problem, Records, Reply, Request, ScriptSource, Steps, TargetSpec, decode,
    encode,
};

/// Records or steps that are sent in one message.
const CHUNK: usize = 16_384;

/// A clock for what work takes in the real world: microseconds from any beginning.
pub type WallClock = Box<dyn Fn() -> i64>;

/// What answers the page. It holds one run, and never loses it to a request that cannot be met.
pub struct Desk {
    wall_clock: WallClock,
    current: Option<Current>,
    #[cfg(feature = "study")]
    study: crate::study::Study,
    outbox: Vec<Vec<u8>>,
}

struct Current {
    loaded: Loaded,
    columns: Columns,
}

impl core::fmt::Debug for Desk {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Desk").field("has_run", &self.current.is_some()).finish_non_exhaustive()
    }
}

impl Desk {
    pub fn new(wall_clock: WallClock) -> Desk {
        Desk {
            wall_clock,
            current: None,
            #[cfg(feature = "study")]
            study: crate::study::Study::default(),
            outbox: Vec::new(),
        }
    }

    /// Takes a message in; the answers are in the outbox. Bytes that are no message are answered, too.
    pub fn receive(&mut self, bytes: &[u8]) {
        match decode::<Request>(bytes) {
            Decoded::Message(Envelope { id, epoch, body, .. }) => self.handle(id, epoch, body),
            Decoded::OtherVersion(version) => {
                let params = vec![("theirs", version.to_string()), ("ours", PROTOCOL_VERSION.to_string())];
                self.reply(0, 0, Reply::Refused(problem("other_version", params)));
            }
            Decoded::Malformed => self.reply(0, 0, Reply::Refused(problem("malformed_message", vec![]))),
        }
    }

    /// The messages to be sent, in order.
    pub fn take_outbox(&mut self) -> Vec<Vec<u8>> {
        core::mem::take(&mut self.outbox)
    }

    /// Goes on with work that takes longer, for about 8 ms; whether more is left.
    pub fn pump(&mut self) -> bool {
        #[cfg(feature = "study")]
        {
            let (told, more) = self.study.work(&self.wall_clock);
            for (id, epoch, reply) in told {
                self.reply(id, epoch, reply);
            }
            more
        }
        #[cfg(not(feature = "study"))]
        false
    }

    fn reply(&mut self, id: u32, epoch: u32, body: Reply) {
        self.outbox.push(encode(&Envelope { version: PROTOCOL_VERSION, id, epoch, body }));
    }

    fn handle(&mut self, id: u32, epoch: u32, request: Request) {
        let answer = match request {
            Request::Load(source) => self.load(id, epoch, &source),
            Request::Recover(spec) => self.recover(id, epoch, &spec),
            #[cfg(feature = "whole")]
            Request::Resume => self.go_on(id, epoch, None),
            #[cfg(feature = "whole")]
            Request::Continue(spec) => self.go_on(id, epoch, Some(&spec)),
            Request::Seek { step } => self.with_run(|current| {
                let cluster = current.loaded.run.state_at(step as usize);
                Ok(Reply::Frame(Box::new(frame::frame(step, &cluster))))
            }),
            Request::Boundary(spec) => self.with_run(|current| {
                Ok(Reply::Boundary(Box::new(cuts::boundary(&current.loaded, &current.columns, &spec)?)))
            }),
            Request::Stops { kind, along } => self.with_run(|current| {
                Ok(Reply::Stops { kind, stops: stops::stops(&current.loaded, &current.columns, kind, along)? })
            }),
            Request::Digest => {
                self.with_run(|current| Ok(Reply::Digest { text: current.loaded.run.cluster().digest().to_string() }))
            }
            #[cfg(feature = "whole")]
            Request::Bench(sealed) => self.with_run(|current| {
                let asked = pitr_protocol::bench::open(&sealed).ok_or_else(|| problem("malformed_message", vec![]))?;
                let told = crate::bench::answer(&current.loaded, &asked).unwrap_or_else(Told::Refused);
                Ok(Reply::Bench(pitr_protocol::bench::seal(&told)))
            }),
            #[cfg(feature = "test-faults")]
            Request::Panic => panic!("asked for by a test"),
            #[cfg(feature = "study")]
            Request::Chart(_) | Request::CancelCharts | Request::Questions { .. } | Request::Answer { .. } => {
                self.study.answer(id, epoch, &request).unwrap_or_else(|| Err(problem("not_here", vec![])))
            }
            #[allow(unreachable_patterns, reason = "each build leaves others to this arm")]
            _ => Err(problem("not_here", vec![])),
        };
        match answer {
            Ok(reply) => self.reply(id, epoch, reply),
            Err(problem) => self.reply(id, epoch, Reply::Refused(problem)),
        }
    }

    fn with_run(&self, answer: impl FnOnce(&Current) -> Result<Reply, Problem>) -> Result<Reply, Problem> {
        answer(self.current.as_ref().ok_or_else(|| problem("no_run", vec![]))?)
    }

    fn load(&mut self, id: u32, epoch: u32, source: &ScriptSource) -> Result<Reply, Problem> {
        let begun = (self.wall_clock)();
        let mut loaded = read(source)?;
        loaded.wall_us = (self.wall_clock)() - begun;
        self.show(id, epoch, loaded, None);
        Ok(Reply::Ready)
    }

    fn recover(&mut self, id: u32, epoch: u32, asked: &TargetSpec) -> Result<Reply, Problem> {
        let current = self.current.as_ref().ok_or_else(|| problem("no_run", vec![]))?;
        let spec = cuts::read_target(&current.loaded, asked)?;
        if let Some(problem) = cuts::too_early(&current.loaded, &spec) {
            return Err(problem);
        }
        let begun = (self.wall_clock)();
        let mut loaded = current
            .loaded
            .recovered(spec)
            .map_err(|failure| cuts::in_terms_of(asked, &current.loaded, &current.columns, failure))?;
        loaded.wall_us = (self.wall_clock)() - begun;
        self.show_recovery(id, epoch, loaded, Some(asked))
    }

    /// Takes a recovery up that waits at its target: on to another, or to its end.
    #[cfg(feature = "whole")]
    fn go_on(&mut self, id: u32, epoch: u32, to: Option<&TargetSpec>) -> Result<Reply, Problem> {
        let Current { loaded, columns } = self.current.as_ref().ok_or_else(|| problem("no_run", vec![]))?;
        let command = match to {
            Some(asked) => pitr_engine::Command::Continue(pitr_engine::RecoverySpec {
                backup: None,
                ..cuts::read_target(loaded, asked)?
            }),
            None => pitr_engine::Command::Resume,
        };
        let begun = (self.wall_clock)();
        let went_on = loaded.went_on(command);
        let mut went_on = went_on.map_err(|failure| match to {
            Some(asked) => cuts::in_terms_of(asked, loaded, columns, failure),
            None => failure,
        })?;
        went_on.wall_us = loaded.wall_us + (self.wall_clock)() - begun;
        let asked = to.cloned().or_else(|| columns.head.report.as_ref().map(|report| report.spec.clone()));
        self.show_recovery(id, epoch, went_on, asked.as_ref())
    }

    fn show_recovery(
        &mut self,
        id: u32,
        epoch: u32,
        loaded: Loaded,
        asked: Option<&TargetSpec>,
    ) -> Result<Reply, Problem> {
        self.show(id, epoch, loaded, asked);
        self.reply(id, epoch, Reply::Ready);
        let report = self.current.as_ref().and_then(|current| current.columns.head.report.clone());
        report.map(Reply::Recovered).ok_or_else(|| problem("no_run", vec![]))
    }

    /// Makes a run the one at hand, and sends its columns.
    fn show(&mut self, id: u32, epoch: u32, loaded: Loaded, asked: Option<&TargetSpec>) {
        let mut columns = columns(&loaded);
        columns.head.proposed_target = stops::proposed_target(&loaded, &columns);
        if let Some((report, finished)) = loaded.report() {
            columns.head.report = Some(Box::new(reports::report(&loaded, &columns, &report, finished, asked)));
        }
        self.reply(id, epoch, Reply::Run(Box::new(columns.head.clone())));
        for from in (0..columns.records.lsn.len()).step_by(CHUNK) {
            self.reply(id, epoch, Reply::Records(records_from(&columns.records, from)));
        }
        for from in (0..columns.steps.kind.len()).step_by(CHUNK) {
            self.reply(id, epoch, Reply::Steps(steps_from(&columns.steps, from)));
        }
        self.current = Some(Current { loaded, columns });
    }
}

/// A run of a shipped scenario, or of a text.
#[cfg(feature = "whole")]
fn read(source: &ScriptSource) -> Result<Loaded, Problem> {
    match source {
        ScriptSource::Text(text) => Loaded::read(text),
        ScriptSource::Shipped(stem) => {
            let known = pitr_lessons::SCENARIOS.iter().map(|scenario| scenario.stem).collect::<Vec<_>>().join(", ");
            let scenario = pitr_lessons::scenario(stem)
                .ok_or_else(|| problem("no_such_scenario", vec![("scenario", stem.clone()), ("known", known)]))?;
            Loaded::read(scenario.text)
        }
    }
}

/// A run of the scenario that the lab opens with, by its name or its text. What has to be read first is for the whole engine, which has
/// the parser.
#[cfg(not(feature = "whole"))]
fn read(source: &ScriptSource) -> Result<Loaded, Problem> {
    let script = pitr_lessons::opening().filter(|script| match source {
        ScriptSource::Shipped(stem) => stem == pitr_lessons::OPENING,
        ScriptSource::Text(text) => script.to_string() == *text,
    });
    Loaded::carry_out(script.ok_or_else(|| problem("needs_whole_engine", vec![]))?, "")
}

fn part<T: Clone>(column: &[T], from: usize) -> Vec<T> {
    column.iter().skip(from).take(CHUNK).cloned().collect()
}

fn records_from(records: &Records, from: usize) -> Records {
    Records {
        lsn: part(&records.lsn, from),
        end_lsn: part(&records.end_lsn, from),
        timeline: part(&records.timeline, from),
        time_us: part(&records.time_us, from),
        kind: part(&records.kind, from),
        xid: part(&records.xid, from),
        session: part(&records.session, from),
        step: part(&records.step, from),
    }
}

fn steps_from(steps: &Steps, from: usize) -> Steps {
    Steps {
        kind: part(&steps.kind, from),
        time_us: part(&steps.time_us, from),
        lsn: part(&steps.lsn, from),
        xid: part(&steps.xid, from),
        name: part(&steps.name, from),
        text: part(&steps.text, from),
        amount: part(&steps.amount, from),
    }
}
