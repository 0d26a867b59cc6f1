//! What the parts of the study know in common: one pair of ears on the bus, the run put together once, one session for questions.
//!
//! Each part is a component in a place of its own. It [joins](join) to hear of the run on show, and at once hears what is known already.

use super::bus::{self, Bus};
use super::look::{self, Looks};
use crate::hold::{Toll, is_held};
use crate::state::run::{append_records, append_steps};
use crate::state::{Numbers, Run, Session, View};
use crate::timeline::now_ms;
use gloo_timers::callback::Timeout;
use pitr_protocol::bench::{PROGRESS_ID, Progress, Told, open};
use pitr_protocol::{Boundary, Envelope, Problem, Records, Reply, RunHead, Steps, Stop, TargetSpec, Value};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use yew::Callback;

/// Places that follow one another within this time are scrubbed over, in milliseconds; and so long a place must last to be one of rest.
const SCRUB_MS: f64 = 250.0;
const REST_MS: f64 = 250.0;
/// A place that comes after rest may be the first of many: it is told when no other has followed for so long.
const FIRST_MS: f64 = 40.0;

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
    /// Where a recovery to the target would stop, as the lab was told.
    Boundary(View<Boundary>),
    /// The places where one of the target's kind can stop.
    Stops(View<Vec<Stop>>),
    /// The records that a row or a page is owed to, in log order, each with its timeline; none for nothing.
    Path(Rc<Vec<(u32, u64)>>),
    /// The page looks otherwise ([`looks`]); as a link says, or by somebody's hand.
    Looked {
        by_link: bool,
    },
    /// The run of the address's link is on show, and the page on its way to the link's step; or why it cannot be.
    Linked(Result<Option<u32>, Problem>),
    /// The lab was refused something that it asked its engine for; after a wish of the study's, that is it.
    Refused(Problem),
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
        let _ = HUB.try_with(|hub| hub.ears.borrow_mut().retain(|(of, ..)| *of != number));
    }
}

struct Hub {
    session: Session,
    run: RefCell<Option<View<Run>>>,
    place: Cell<Option<(u32, bool)>>,
    target: RefCell<Option<(TargetSpec, bool)>>,
    looks: RefCell<Looks>,
    boundary: RefCell<Option<View<Boundary>>>,
    stops: RefCell<Option<View<Vec<Stop>>>>,
    /// The epoch that the run on show came in: what was found before it is of another.
    epoch: Cell<u32>,
    /// A run that is coming in, part by part.
    coming: RefCell<(RunHead, Records, Steps)>,
    /// Numbered, and whether it follows the place wherever it goes.
    ears: RefCell<Vec<(u32, bool, Callback<Heard>)>>,
    /// When the place has been told last, and who waits for it to stand still.
    moved_ms: Cell<f64>,
    /// When it has stood still for long enough.
    rested_ms: Cell<f64>,
    resting: RefCell<Option<Timeout>>,
    /// Who is still to be told where the page stands: one after the other, so that none of them makes the page stand still.
    waiting: RefCell<VecDeque<u32>>,
    turn: RefCell<Option<Timeout>>,
    /// When the telling began, and what it cost last time.
    began_ms: Cell<f64>,
    toll: Cell<Toll>,
    joined: Cell<u32>,
    bus: RefCell<Option<Bus>>,
}

thread_local! {
    static HUB: Rc<Hub> = Rc::new(Hub {
        session: Session::new(Callback::noop(), Callback::from(|envelope| bus::ask(&envelope)), Rc::new(Numbers::from(bus::FIRST_ID))),
        run: RefCell::default(),
        place: Cell::default(),
        target: RefCell::default(),
        looks: RefCell::default(),
        boundary: RefCell::default(),
        stops: RefCell::default(),
        epoch: Cell::default(),
        coming: RefCell::default(),
        ears: RefCell::default(),
        moved_ms: Cell::default(),
        rested_ms: Cell::default(),
        resting: RefCell::default(),
        waiting: RefCell::default(),
        turn: RefCell::default(),
        began_ms: Cell::default(),
        toll: Cell::default(),
        joined: Cell::default(),
        bus: RefCell::default(),
    });
}

/// Hears of the run on show from now on; what is known is said at once. Of a place that moves on and on, as when somebody scrubs, it hears
/// where that comes to rest: what it shows is read, not watched.
pub fn join(heard: Callback<Heard>) -> Member {
    join_as(heard, false)
}

/// As [`join`], but hears of each place at once, sixty times a second if need be.
pub fn follow(heard: Callback<Heard>) -> Member {
    join_as(heard, true)
}

fn join_as(heard: Callback<Heard>, follows: bool) -> Member {
    let hub = HUB.with(Rc::clone);
    let number = hub.joined.get();
    hub.joined.set(number + 1);
    hub.ears.borrow_mut().push((number, follows, heard.clone()));
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
    let (boundary, stops) = (hub.boundary.borrow().clone(), hub.stops.borrow().clone());
    boundary.into_iter().for_each(|boundary| heard.emit(Heard::Boundary(boundary)));
    stops.into_iter().for_each(|stops| heard.emit(Heard::Stops(stops)));
    Member { number }
}

/// The way to ask the engine that has the run on show; the whole engine is fetched and given the run if need be.
pub fn session() -> Session {
    HUB.with(|hub| hub.session.clone())
}

/// Where the page stands, and whether it plays; those who have joined may not have heard of it yet.
pub fn place() -> Option<(u32, bool)> {
    HUB.with(|hub| hub.place.get())
}

/// Whether the page is on its way from place to place, so that what is read rather than watched had better wait.
pub fn is_on_its_way() -> bool {
    HUB.with(|hub| now_ms() - hub.moved_ms.get() < SCRUB_MS)
}

/// Where a recovery is to stop.
pub fn target() -> Option<TargetSpec> {
    HUB.with(|hub| hub.target.borrow().as_ref().map(|(target, _)| target.clone()))
}

/// The same, if somebody has chosen it.
pub fn target_chosen() -> Option<TargetSpec> {
    HUB.with(|hub| hub.target.borrow().as_ref().filter(|(_, touched)| *touched).map(|(target, _)| target.clone()))
}

/// What has become of the address's link.
pub fn linked(linked: Result<Option<u32>, Problem>) {
    let hub = HUB.with(Rc::clone);
    hub.tell(&Heard::Linked(linked));
}

/// A row or a page is pointed at that is owed to these records.
pub fn light_path(records: Vec<(u32, u64)>) {
    let hub = HUB.with(Rc::clone);
    hub.tell(&Heard::Path(Rc::new(records)));
}

/// How the page looks, as far as a link holds it.
pub fn looks() -> Looks {
    HUB.with(|hub| hub.looks.borrow().clone())
}

/// A part of the page looks otherwise now; `None`: as it does at first.
pub fn put_look(name: &str, value: Option<String>) {
    let hub = HUB.with(Rc::clone);
    let changed = look::put(&mut hub.looks.borrow_mut(), name, value);
    if changed {
        hub.tell(&Heard::Looked { by_link: false });
    }
}

/// All parts are to look as a link says.
pub fn look_as(looks: Looks) {
    let hub = HUB.with(Rc::clone);
    hub.looks.replace(looks);
    hub.tell(&Heard::Looked { by_link: true });
}

impl Hub {
    fn tell(&self, heard: &Heard) {
        let ears = self.ears.borrow().clone();
        ears.iter().for_each(|(_, _, ear)| ear.emit(heard.clone()));
    }

    /// Tells the place to those who follow it.
    fn tell_place(&self, step: u32, playing: bool) {
        let ears = self.ears.borrow().clone();
        let ears = ears.iter().filter(|(_, follows, _)| *follows);
        ears.for_each(|(_, _, ear)| ear.emit(Heard::Placed { step, playing }));
    }

    /// Tells it to all others, each in a turn of its own. Who is waiting already hears the latest.
    fn tell_others(self: &Rc<Hub>) {
        let ears = self.ears.borrow();
        let mut waiting = self.waiting.borrow_mut();
        for (number, ..) in ears.iter().filter(|(_, follows, _)| !follows) {
            if !waiting.contains(number) {
                waiting.push_back(*number);
            }
        }
        if self.turn.borrow().is_none() {
            self.began_ms.set(now_ms());
            self.turn_soon();
        }
    }

    fn turn_soon(self: &Rc<Hub>) {
        let hub = Rc::clone(self);
        self.turn.replace(Some(Timeout::new(0, move || hub.take_turn())));
    }

    fn take_turn(self: &Rc<Hub>) {
        self.turn.take();
        let number = self.waiting.borrow_mut().pop_front();
        let ears = self.ears.borrow().clone();
        let ear = ears.iter().find(|(each, ..)| Some(*each) == number);
        if let (Some((_, _, ear)), Some((step, playing))) = (ear, self.place.get()) {
            ear.emit(Heard::Placed { step, playing });
        }
        if self.waiting.borrow().is_empty() {
            self.toll.set(Toll::of(self.began_ms.get(), now_ms()));
        } else {
            self.turn_soon();
        }
    }

    fn placed(self: &Rc<Hub>, step: u32, playing: bool) {
        self.place.set(Some((step, playing)));
        self.tell_place(step, playing);
        let now = now_ms();
        let is_scrubbed = now - self.moved_ms.replace(now) < SCRUB_MS;
        if playing {
            self.resting.take();
            self.tell_others();
            return;
        }
        let rest = if is_scrubbed || is_held() { REST_MS } else { FIRST_MS };
        self.rested_ms.set(now + rest);
        // One wait at a time: a place that follows makes it longer when it is over.
        if self.resting.borrow().is_none() {
            self.rest(rest);
        }
    }

    fn rest(self: &Rc<Hub>, ms: f64) {
        let hub = Rc::clone(self);
        self.resting.replace(Some(Timeout::new(ms.ceil() as u32, move || hub.rested())));
    }

    fn rested(self: &Rc<Hub>) {
        self.resting.take();
        let now = now_ms();
        let left = self.rested_ms.get() - now;
        if left >= 1.0 {
            self.rest(left);
        } else if is_held() && self.toll.get().left(now) > 0.0 {
            // Not the whole wait: the hand may let go.
            self.rest(REST_MS);
        } else {
            self.tell_others();
        }
    }

    fn heard(self: &Rc<Hub>, heard: bus::Heard) {
        match heard {
            bus::Heard::Part(part) => self.part(part),
            bus::Heard::Placed { step, playing } => self.placed(step, playing),
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

    /// What the lab was told of its target.
    fn found(&self, found: Reply) {
        match found {
            Reply::Boundary(boundary) => {
                let boundary = View::new(*boundary);
                self.boundary.replace(Some(boundary.clone()));
                self.tell(&Heard::Boundary(boundary));
            }
            Reply::Stops { stops, .. } => {
                let stops = View::new(stops);
                self.stops.replace(Some(stops.clone()));
                self.tell(&Heard::Stops(stops));
            }
            _ => {}
        }
    }

    fn part(&self, Envelope { epoch, body, .. }: Envelope<Reply>) {
        let mut coming = self.coming.borrow_mut();
        match body {
            Reply::Run(head) => {
                self.epoch.set(epoch);
                *coming = (*head, Records::default(), Steps::default());
            }
            Reply::Records(part) => append_records(&mut coming.1, part),
            Reply::Steps(part) => append_steps(&mut coming.2, part),
            Reply::Ready => {
                let (head, records, steps) = std::mem::take(&mut *coming);
                drop(coming);
                let run = View::new(Run::new(head, records, steps));
                self.run.replace(Some(run.clone()));
                self.boundary.replace(None);
                self.stops.replace(None);
                self.tell(&Heard::Run(run));
            }
            Reply::Refused(problem) => {
                drop(coming);
                self.tell(&Heard::Refused(problem));
            }
            _ => {
                drop(coming);
                if epoch.wrapping_sub(self.epoch.get()) < u32::MAX / 2 {
                    self.found(body);
                }
            }
        }
    }
}
