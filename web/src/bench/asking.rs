//! A question of the study, and its answer, sealed on the way.

use super::hub;
use crate::state::Ticket;
use pitr_protocol::bench::{Ask, Told, open, seal};
use pitr_protocol::{Problem, Reply, Request};
use yew::Callback;

/// Asks the engine that has the run on show. Dropping the ticket means that the answer is not wanted any more.
pub fn ask(question: &Ask, told: Callback<Told>) -> Ticket {
    let heard = Callback::from(move |reply: Reply| {
        let answer = match reply {
            Reply::Bench(sealed) => open::<Told>(&sealed),
            Reply::Refused(problem) => Some(Told::Refused(problem)),
            _ => None,
        };
        let malformed = || Told::Refused(Problem { code: "malformed_message".into(), params: Vec::new(), place: None });
        told.emit(answer.unwrap_or_else(malformed));
    });
    hub::session().ask(Request::Bench(seal(question)), heard)
}
