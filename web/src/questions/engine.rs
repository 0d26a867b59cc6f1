//! The engine that makes questions and grades answers: the study's worker, which every card asks, wherever in the page it stands.
//!
//! A question's source and seed always give the same, so nothing is lost with a worker that goes down: who waited is told, and asks again.

use crate::state::{Session, Ticket};
use pitr_protocol::questions::{Ask, Told, open, seal};
use pitr_protocol::{Reply, Request};
use std::cell::RefCell;
use yew::Callback;

#[derive(Default)]
struct Engine {
    session: Option<Session>,
    /// Whoever wants to know when there is one, by a number.
    waiting: Vec<(u32, Callback<()>)>,
    joined: u32,
}

thread_local! {
    static ENGINE: RefCell<Engine> = RefCell::default();
}

/// One who is told when there is an engine, again after each loss, until it is dropped.
#[derive(Debug)]
pub struct Member(u32);

impl Drop for Member {
    fn drop(&mut self) {
        let number = self.0;
        let _ = ENGINE.try_with(|engine| {
            if let Ok(mut engine) = engine.try_borrow_mut() {
                engine.waiting.retain(|(own, _)| *own != number);
            }
        });
    }
}

/// There is an engine from now on.
pub fn found(session: &Session) {
    let waiting = ENGINE.with_borrow_mut(|engine| {
        engine.session = Some(session.clone());
        engine.waiting.clone()
    });
    waiting.iter().for_each(|(_, tell)| tell.emit(()));
}

/// There is none for now.
pub fn lost() {
    ENGINE.with_borrow_mut(|engine| engine.session = None);
}

/// Tells when there is an engine: at once, if there is one.
pub fn join(tell: Callback<()>) -> Member {
    let (number, is_there) = ENGINE.with_borrow_mut(|engine| {
        engine.joined += 1;
        engine.waiting.push((engine.joined, tell.clone()));
        (engine.joined, engine.session.is_some())
    });
    if is_there {
        tell.emit(());
    }
    Member(number)
}

/// Asks, if there is anybody to be asked. The answer is not wanted any more when the ticket is dropped.
pub fn ask(asked: &Ask, heard: Callback<Told>) -> Option<Ticket> {
    let session = ENGINE.with_borrow(|engine| engine.session.clone())?;
    let opened = Callback::from(move |reply| match reply {
        Reply::Bench(sealed) => open(&sealed).into_iter().for_each(|told| heard.emit(told)),
        Reply::Refused(problem) => heard.emit(Told::Refused(problem)),
        _ => {}
    });
    Some(session.ask(Request::Bench(seal(asked)), opened))
}
