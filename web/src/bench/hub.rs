//! What the parts of the study know in common: one pair of ears on the bus, the run put together once, one session for questions.
//!
//! Each part is a component in a place of its own. It [joins](join) to hear of the run on show, and at once hears what is known already.

use super::bus::{self, Bus};
use crate::state::run::{append_records, append_steps};
use crate::state::{Numbers, Run, Session, View};
use pitr_protocol::bench::{PROGRESS_ID, Progress, Told, open};
use pitr_protocol::{Records, Reply, RunHead, Steps, TargetSpec, Value};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use yew::Callback;

/// What all parts hear.
#[derive(Debug, Clone)]
pub enum Heard {
    /// The run on show, complete.
    Run(View<Run>),
    Placed {
        step: u32,
        playing: bool,
    },
    /// Where a recovery is to stop, and whether somebody has chosen that.
    Targeted {
        target: TargetSpec,
        touched: bool,
    },
    /// How far a run is that takes long; `None` when it is over.
    Progress(Option<Progress>),
    /// Questions that were asked will not be answered; who asked has been told so.
    Lost,
    /// Somebody asks why a row is there.
    Why {
        table: String,
        key: Value,
        recovered: bool,
    },
}

/// One who hears, until it is dropped.
#[derive(Debug)]
pub struct Member {
    number: u32,
}

impl Drop for Member {
    fn drop(&mut self) {
        // Whoever is told just now may be the one who leaves.
        let number = self.number;
        let _ = HUB.try_with(|hub| hub.ears.borrow_mut().retain(|(of, _)| *of != number));
    }
}

struct Hub {
    session: Session,
    run: RefCell<Option<View<Run>>>,
    place: Cell<Option<(u32, bool)>>,
    target: RefCell<Option<(TargetSpec, bool)>>,
    /// A run that is coming in, part by part.
    coming: RefCell<(RunHead, Records, Steps)>,
    ears: RefCell<Vec<(u32, Callback<Heard>)>>,
    joined: Cell<u32>,
    bus: RefCell<Option<Bus>>,
}

thread_local! {
    static HUB: Rc<Hub> = Rc::new(Hub {
        session: Session::new(Callback::noop(), Callback::from(|envelope| bus::ask(&envelope)), Rc::new(Numbers::from(bus::FIRST_ID))),
        run: RefCell::default(),
        place: Cell::default(),
        target: RefCell::default(),
        coming: RefCell::default(),
        ears: RefCell::default(),
        joined: Cell::default(),
        bus: RefCell::default(),
    });
}

/// Hears of the run on show from now on; what is known is said at once.
pub fn join(heard: Callback<Heard>) -> Member {
    let hub = HUB.with(Rc::clone);
    let number = hub.joined.get();
    hub.joined.set(number + 1);
    hub.ears.borrow_mut().push((number, heard.clone()));
    if number == 0 {
        // The bus says what is known to all who have joined, that is, to the first.
        let told = Rc::clone(&hub);
        let bus = Bus::new(&Callback::from(move |heard| told.heard(heard)));
        hub.bus.replace(Some(bus));
        return Member { number };
    }
    let run = hub.run.borrow().clone();
    let target = hub.target.borrow().clone();
    run.into_iter().for_each(|run| heard.emit(Heard::Run(run)));
    hub.place.get().into_iter().for_each(|(step, playing)| heard.emit(Heard::Placed { step, playing }));
    target.into_iter().for_each(|(target, touched)| heard.emit(Heard::Targeted { target, touched }));
    Member { number }
}

/// The way to ask the engine that has the run on show; the whole engine is fetched and given the run if need be.
pub fn session() -> Session {
    HUB.with(|hub| hub.session.clone())
}

impl Hub {
    fn tell(&self, heard: &Heard) {
        let ears = self.ears.borrow().clone();
        ears.iter().for_each(|(_, ear)| ear.emit(heard.clone()));
    }

    fn heard(&self, heard: bus::Heard) {
        match heard {
            bus::Heard::Part(part) => self.part(part),
            bus::Heard::Placed { step, playing } => {
                self.place.set(Some((step, playing)));
                self.tell(&Heard::Placed { step, playing });
            }
            bus::Heard::Targeted { target, touched } => {
                self.target.replace(Some((target.clone(), touched)));
                self.tell(&Heard::Targeted { target, touched });
            }
            bus::Heard::Answer(envelope) if envelope.id == PROGRESS_ID => {
                if let Reply::Bench(sealed) = envelope.body
                    && let Some(Told::Progress(progress)) = open(&sealed)
                {
                    self.tell(&Heard::Progress(progress));
                }
            }
            bus::Heard::Answer(envelope) => drop(self.session.deliver(envelope)),
            bus::Heard::Lost => {
                self.session.refuse_all("no_whole_engine_now");
                self.tell(&Heard::Lost);
            }
            bus::Heard::Why { table, key, recovered } => self.tell(&Heard::Why { table, key, recovered }),
        }
    }

    fn part(&self, part: Reply) {
        let mut coming = self.coming.borrow_mut();
        match part {
            Reply::Run(head) => *coming = (*head, Records::default(), Steps::default()),
            Reply::Records(part) => append_records(&mut coming.1, part),
            Reply::Steps(part) => append_steps(&mut coming.2, part),
            Reply::Ready => {
                let (head, records, steps) = std::mem::take(&mut *coming);
                drop(coming);
                let run = View::new(Run::new(head, records, steps));
                self.run.replace(Some(run.clone()));
                self.tell(&Heard::Run(run));
            }
            _ => {}
        }
    }
}
