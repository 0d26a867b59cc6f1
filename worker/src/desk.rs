//! Requests in, replies out.

use crate::columns::Columns;
#[cfg(not(feature = "whole"))]
use crate::columns::columns;
#[cfg(not(feature = "whole"))]
use crate::cuts;
use crate::loaded::Loaded;
use crate::problems::problem;
use crate::{frame, reports, stops};
#[cfg(not(feature = "whole"))]
use pitr_protocol::ScriptSource;
#[cfg(feature = "whole")]
use pitr_protocol::bench::Told;
use pitr_protocol::{Decoded, Envelope, PROTOCOL_VERSION, Problem, Reply, Request, TargetSpec, decode, encode};
#[cfg(feature = "whole")]
use pitr_protocol::{Records, Steps};
use std::rc::Rc;

/// Records or steps that are sent in one message.
#[cfg(feature = "whole")]
const CHUNK: usize = 16_384;

/// A clock for what work takes in the real world: microseconds from any beginning.
pub type WallClock = Box<dyn Fn() -> i64>;

/// What answers the page. It holds one run, and never loses it to a request that cannot be met.
pub struct Desk {
    wall_clock: WallClock,
    current: Option<Current>,
    #[cfg(feature = "whole")]
    long: crate::waits::Waits,
    #[cfg(feature = "study")]
    study: crate::study::Study,
    outbox: Vec<Vec<u8>>,
}

/// The run at hand.
#[derive(Debug)]
pub struct Current {
    pub loaded: Rc<Loaded>,
    pub columns: Columns,
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
            #[cfg(feature = "whole")]
            long: crate::waits::Waits::default(),
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
            if self.work() {
                return true;
            }
            let (told, more) = self.study.work(&self.wall_clock);
            for (id, epoch, reply) in told {
                self.reply(id, epoch, reply);
            }
            more
        }
        #[cfg(all(feature = "whole", not(feature = "study")))]
        return self.work();
        #[cfg(not(feature = "whole"))]
        false
    }

    /// A slice of the work that takes longer; whether more of it is left.
    #[cfg(feature = "whole")]
    fn work(&mut self) -> bool {
        let outbox = &mut self.outbox;
        let mut say = |id, epoch, body| outbox.push(encode(&Envelope { version: PROTOCOL_VERSION, id, epoch, body }));
        self.long.work(&mut self.current, &self.wall_clock, &mut say)
    }

    fn reply(&mut self, id: u32, epoch: u32, body: Reply) {
        self.outbox.push(encode(&Envelope { version: PROTOCOL_VERSION, id, epoch, body }));
    }

    fn handle(&mut self, id: u32, epoch: u32, request: Request) {
        #[cfg(feature = "study")]
        if let Request::Bench(_) = &request
            && let Some(answer) = self.study.answer(id, epoch, &request)
        {
            return self.reply(id, epoch, answer.unwrap_or_else(Reply::Refused));
        }
        #[cfg(feature = "whole")]
        let request = {
            let outbox = &mut self.outbox;
            let mut say =
                |id, epoch, body| outbox.push(encode(&Envelope { version: PROTOCOL_VERSION, id, epoch, body }));
            match self.long.begin(self.current.as_ref(), (id, epoch), request, &self.wall_clock, &mut say) {
                Some(request) => request,
                None => {
                    // What does not take long is done at once.
                    self.work();
                    return;
                }
            }
        };
        let answer = match request {
            #[cfg(not(feature = "whole"))]
            Request::Load(source) => self.load(id, epoch, &source),
            #[cfg(not(feature = "whole"))]
            Request::Recover(spec) => self.recover(id, epoch, &spec),
            Request::Seek { step } => self.with_run(|current| {
                let cluster = current.loaded.run.state_at(step as usize);
                Ok(Reply::Frame(Box::new(frame::frame(step, &cluster))))
            }),
            #[cfg(not(feature = "whole"))]
            Request::Boundary(spec) => self.with_run(|current| {
                let measure = |spec: &_| cuts::report_of(&current.loaded.try_recovery(spec)?);
                Ok(Reply::Boundary(Box::new(cuts::boundary(&current.loaded, &current.columns, &spec, measure)?)))
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
            Request::Questions { .. } | Request::Answer { .. } => {
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

    #[cfg(not(feature = "whole"))]
    fn load(&mut self, id: u32, epoch: u32, source: &ScriptSource) -> Result<Reply, Problem> {
        let begun = (self.wall_clock)();
        let mut loaded = read(source)?;
        loaded.wall_us = (self.wall_clock)() - begun;
        self.show(id, epoch, loaded, None);
        Ok(Reply::Ready)
    }

    #[cfg(not(feature = "whole"))]
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
        self.show(id, epoch, loaded, Some(asked));
        self.reply(id, epoch, Reply::Ready);
        let report = self.current.as_ref().and_then(|current| current.columns.head.report.clone());
        report.map(Reply::Recovered).ok_or_else(|| problem("no_run", vec![]))
    }

    /// Makes a run the one at hand, and sends its columns.
    #[cfg(not(feature = "whole"))]
    fn show(&mut self, id: u32, epoch: u32, loaded: Loaded, asked: Option<&TargetSpec>) {
        let loaded = Rc::new(loaded);
        let columns = columns(&loaded);
        let current = laid_out(&loaded, columns, asked);
        self.reply(id, epoch, Reply::Run(Box::new(current.columns.head.clone())));
        // Runs of the lab's first program are short: each part of them is one message.
        self.reply(id, epoch, Reply::Records(current.columns.records.clone()));
        self.reply(id, epoch, Reply::Steps(current.columns.steps.clone()));
        self.current = Some(current);
    }
}

/// A run with what can be told of it as a whole: the target that it opens with, its recovery's report.
pub fn laid_out(loaded: &Rc<Loaded>, mut columns: Columns, asked: Option<&TargetSpec>) -> Current {
    columns.head.proposed_target = stops::proposed_target(loaded, &columns);
    if let Some((report, finished)) = loaded.report() {
        columns.head.report = Some(Box::new(reports::report(loaded, &columns, &report, finished, asked)));
    }
    Current { loaded: Rc::clone(loaded), columns }
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

/// One of the messages that a run's columns are sent in, counted from 0: its records, then its steps.
#[cfg(feature = "whole")]
pub fn part(columns: &Columns, number: usize) -> Option<Reply> {
    let records = columns.records.lsn.len().div_ceil(CHUNK);
    if number < records {
        return Some(Reply::Records(records_from(&columns.records, number * CHUNK)));
    }
    let from = (number - records) * CHUNK;
    (from < columns.steps.kind.len()).then(|| Reply::Steps(steps_from(&columns.steps, from)))
}

#[cfg(feature = "whole")]
fn piece<T: Clone>(column: &[T], from: usize) -> Vec<T> {
    column.iter().skip(from).take(CHUNK).cloned().collect()
}

#[cfg(feature = "whole")]
fn records_from(records: &Records, from: usize) -> Records {
    Records {
        lsn: piece(&records.lsn, from),
        end_lsn: piece(&records.end_lsn, from),
        timeline: piece(&records.timeline, from),
        time_us: piece(&records.time_us, from),
        kind: piece(&records.kind, from),
        xid: piece(&records.xid, from),
        session: piece(&records.session, from),
        step: piece(&records.step, from),
    }
}

#[cfg(feature = "whole")]
fn steps_from(steps: &Steps, from: usize) -> Steps {
    Steps {
        kind: piece(&steps.kind, from),
        time_us: piece(&steps.time_us, from),
        lsn: piece(&steps.lsn, from),
        xid: piece(&steps.xid, from),
        name: piece(&steps.name, from),
        text: piece(&steps.text, from),
        amount: piece(&steps.amount, from),
    }
}
