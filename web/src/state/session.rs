//! What components hold: a way to act and ask that never changes, and the parts of the state as small contexts.

use super::{Action, Health, Outcome, Run, Target, View};
use pitr_protocol::{Envelope, PROTOCOL_VERSION, Problem, Reply, Request};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::Event;
use yew::{Callback, hook, use_context};

/// The numbers that requests carry, shared by all that send.
#[derive(Debug, Default)]
pub struct Numbers {
    id: Cell<u32>,
    epoch: Cell<u32>,
}

impl Numbers {
    /// Numbers of requests from one on.
    pub fn from(first: u32) -> Numbers {
        Numbers { id: Cell::new(first), epoch: Cell::default() }
    }

    pub fn next_id(&self) -> u32 {
        self.id.set(self.id.get().wrapping_add(1));
        self.id.get()
    }

    pub fn epoch(&self) -> u32 {
        self.epoch.get()
    }

    pub fn next_epoch(&self) {
        self.epoch.set(self.epoch.get().wrapping_add(1));
    }
}

/// What the input or the choice that an event comes from holds; empty for others.
pub fn value_of(event: &Event) -> String {
    let value = event.target().and_then(|target| js_sys::Reflect::get(&target, &"value".into()).ok());
    value.and_then(|value| value.as_string()).unwrap_or_default()
}

/// Questions whose answers go to the component that asked.
#[derive(Debug, Default)]
struct Asks {
    /// Few at a time, so a plain list.
    waiting: RefCell<Vec<(u32, Callback<Reply>)>>,
}

/// A question that was asked. Dropping it means: the answers are not wanted any more.
#[derive(Debug)]
pub struct Ticket {
    id: u32,
    asks: Rc<Asks>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Ok(mut waiting) = self.asks.waiting.try_borrow_mut() {
            waiting.retain(|(id, _)| *id != self.id);
        }
    }
}

/// The page's way to act and to ask. The same for as long as the page lives.
#[derive(Debug, Clone)]
pub struct Session {
    act: Callback<Action>,
    send: Callback<Envelope<Request>>,
    numbers: Rc<Numbers>,
    asks: Rc<Asks>,
}

impl PartialEq for Session {
    fn eq(&self, other: &Session) -> bool {
        Rc::ptr_eq(&self.asks, &other.asks)
    }
}

impl Session {
    pub fn new(act: Callback<Action>, send: Callback<Envelope<Request>>, numbers: Rc<Numbers>) -> Session {
        Session { act, send, numbers, asks: Rc::default() }
    }

    /// Changes the shared state.
    pub fn act(&self, action: Action) {
        self.act.emit(action);
    }

    /// A callback that does this action.
    pub fn on<E: 'static>(&self, action: impl Fn(E) -> Action + 'static) -> Callback<E> {
        let session = self.clone();
        Callback::from(move |event| session.act(action(event)))
    }

    /// A callback that does this very action.
    pub fn click(&self, action: Action) -> Callback<Event> {
        let session = self.clone();
        Callback::from(move |_| session.act(action.clone()))
    }

    /// A callback that makes an action of what an input or a choice holds.
    pub fn change(&self, action: fn(String) -> Action) -> Callback<Event> {
        let session = self.clone();
        Callback::from(move |event: Event| session.act(action(value_of(&event))))
    }

    /// Asks the worker something that concerns the asker alone (charts, questions, answers). Every reply to it goes to `heard`, until the
    /// ticket is dropped. If the worker goes down, `heard` gets `Refused` with the code `worker_crashed`, and may ask again.
    #[must_use = "dropping the ticket means that the answers are not wanted"]
    pub fn ask(&self, body: Request, heard: Callback<Reply>) -> Ticket {
        let id = self.numbers.next_id();
        self.asks.waiting.borrow_mut().push((id, heard));
        self.send.emit(Envelope { version: PROTOCOL_VERSION, id, epoch: self.numbers.epoch(), body });
        Ticket { id, asks: Rc::clone(&self.asks) }
    }

    /// Hands a reply to whoever asked for it; gives it back if nobody did.
    pub(crate) fn deliver(&self, envelope: Envelope<Reply>) -> Option<Envelope<Reply>> {
        let heard = self.asks.waiting.borrow().iter().find(|(id, _)| *id == envelope.id).cloned();
        match heard {
            Some((_, heard)) => {
                heard.emit(envelope.body);
                None
            }
            None => Some(envelope),
        }
    }

    /// Tells all who wait that their answers will not come.
    pub(crate) fn refuse_all(&self, code: &str) {
        let waiting = std::mem::take(&mut *self.asks.waiting.borrow_mut());
        for (_, heard) in waiting {
            heard.emit(Reply::Refused(Problem { code: code.to_owned(), params: Vec::new(), place: None }));
        }
    }
}

/// All that changes less often than the place in the run: one context, so that a step re-renders only what shows steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Desk {
    pub session: Session,
    pub run: View<Run>,
    pub target: Target,
    pub outcome: Outcome,
    pub health: Health,
}

#[hook]
fn use_desk() -> Desk {
    use_context::<Desk>().expect("App provides the desk")
}

/// The way to act and to ask.
///
/// # Panics
/// Outside of `App`, which provides it.
#[hook]
pub fn use_session() -> Session {
    use_desk().session
}

/// The run on show.
#[hook]
pub fn use_run() -> View<Run> {
    use_desk().run
}

/// The recovery target.
#[hook]
pub fn use_target() -> Target {
    use_desk().target
}

/// The recovery that was asked for, or done.
#[hook]
pub fn use_outcome() -> Outcome {
    use_desk().outcome
}

/// The connection to the worker.
#[hook]
pub fn use_health() -> Health {
    use_desk().health
}
