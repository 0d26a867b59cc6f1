//! The workbench: what can be done to the run on show, and what it is made of. Part of the study's program, in a place of its own within
//! the lab; the two meet on a bus ([`bus`]).
//!
//! It holds no state of the run: whatever is done becomes a line of the run's script, and the lab opens that.

pub mod all_rows;
mod anatomy;
pub mod asking;
pub mod boards;
pub mod bus;
mod doing;
mod elsewhere;
pub mod happening;
mod hearing;
pub mod histories;
pub mod hub;
pub mod inside;
mod inspector;
mod keys;
mod log;
pub mod look;
pub mod objectives;
mod pages;
pub mod parts;
pub mod point;
pub mod pointing;
pub mod progress;
mod ready;
pub mod rows;
mod scenarios;
pub mod share;
mod statement;
pub mod steps;
pub mod transactions;
mod tree;
mod why;

use crate::state::{Run, Session, Ticket, View};
use crate::view::{group, none, plain, tag};
use crate::words::t;
use doing::Branch;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use hub::Heard;
use pitr_protocol::bench::{Ask, Thing, Told, WhyRow, open, seal};
use pitr_protocol::{Problem, Reply, Request, TargetKind, TargetSpec};
use ready::Act;
use std::cell::Cell;
use std::rc::Rc;
use yew::prelude::*;

/// The workbench's root.
#[derive(Debug)]
pub struct Workbench {
    session: Session,
    run: View<Run>,
    /// The script that the lab opened with.
    opening: Option<String>,
    step: u32,
    playing: bool,
    /// The questions that are open, one of each sort.
    tickets: [Option<Ticket>; SORTS],
    doing: doing::Doing,
    /// The step of which the names are known, or asked for.
    named: Option<u32>,
    tree: tree::Tree,
    inspector: inspector::Inspector,
    why: Option<Result<WhyRow, Problem>>,
    /// The first record that the list shows, if somebody has turned its pages.
    log_from: Option<usize>,
    target: Option<TargetSpec>,
    /// Whether somebody has chosen it; else it is the lab's proposal.
    aimed: bool,
    elsewhere: elsewhere::Elsewhere,
    share: share::Share,
    /// Runs out when the place has stood still.
    rest: Option<Timeout>,
    /// The step at which the list of records was last shown.
    log_shown: Cell<u32>,
    /// What is to be brought into view.
    bring: Option<&'static str>,
    _member: hub::Member,
    /// Whether keys of a single character do anything.
    keys_on: Rc<Cell<bool>>,
    _keys: Option<EventListener>,
}

/// What reaches the workbench.
#[derive(Debug)]
pub enum Msg {
    Heard(Heard),
    Told(Asked, Reply),
    /// What stands in the box, and where the caret is in it, as a browser counts.
    Typed(String, Option<u32>),
    Pressed(statement::Key),
    /// Take one of the ways to go on.
    Take(usize),
    /// The keyboard leaves the box.
    Left,
    /// Select the word that is wrong.
    ToWord(u32, u32),
    /// Back before what was done last, or on to where it is done again.
    Undo(bool),
    SessionTyped(String),
    /// Carry out what stands in the box.
    Execute,
    /// Carry out ready-made statements.
    Do(Act),
    Open(Branch),
    Tree(tree::Act),
    Inspect(Thing),
    /// Ask which pages there are.
    Pages,
    /// Light a field of what is taken apart.
    Light(Option<usize>),
    /// The keyboard is on a byte of it.
    Byte(u32),
    GoTo(u32),
    /// Recover to this position.
    Aim(String),
    LogFrom(usize),
    /// Go to the next record or end of a transaction, or the one before.
    Stride(keys::Stride, bool),
    ShowKeys,
    HideKeys,
    SwitchKeys,
    /// Say the recovery in the words of other systems.
    Elsewhere,
    /// Say the digest of what is on show.
    Digest,
    /// The place has stood still: the address follows.
    Rested,
    /// Somebody put a link into the address, or went back to one.
    OpenLink(String),
}

/// What a question was about.
#[derive(Debug, Clone)]
pub enum Asked {
    Execute {
        act: Act,
        branches: bool,
        step: u32,
    },
    /// Of a step.
    Names(u32),
    Thing(Thing),
    Why,
    Link,
    Open(String),
    Elsewhere,
    Pages,
    /// Of a step.
    Digest(u32),
}

/// Sorts of questions.
const SORTS: usize = 8;

impl Asked {
    /// Which sort it is.
    fn place(&self) -> usize {
        match self {
            Asked::Execute { .. } => 0,
            Asked::Thing(_) => 1,
            Asked::Why => 2,
            Asked::Link | Asked::Open(_) => 3,
            Asked::Elsewhere => 4,
            Asked::Pages => 5,
            Asked::Names(_) => 6,
            Asked::Digest(_) => 7,
        }
    }
}

impl Workbench {
    fn ask(&mut self, ctx: &Context<Self>, asked: Asked, ask: &Ask) {
        let place = asked.place();
        let told = ctx.link().callback(move |reply| Msg::Told(asked.clone(), reply));
        // Another question of the same sort takes the place of the one before; those of other sorts go on.
        self.tickets[place] = Some(self.session.ask(Request::Bench(seal(ask)), told));
    }

    /// The address follows when nothing moves for a moment.
    fn rest(&mut self, ctx: &Context<Self>) {
        let rested = ctx.link().callback(|()| Msg::Rested);
        self.rest = Some(Timeout::new(share::REST_MS, move || rested.emit(())));
    }

    /// The run that the lab opens with, untouched, leaves the address as it is.
    fn is_plain(&self) -> bool {
        self.opening.as_deref() == Some(self.run.head.script.as_str())
            && self.step == self.run.head.noticed_step
            && !self.aimed
            && hub::looks().is_empty()
    }

    fn run_came(&mut self, ctx: &Context<Self>, run: View<Run>) {
        let is_other = self.run.is_there() && self.run.head.script != run.head.script;
        // Another engine may have taken over: then it is told again.
        let is_same = self.run.is_same_as(&run);
        self.share.is_new |= is_other && self.share.then.is_none();
        self.run = run;
        self.step = self.step.min(self.run.last_step());
        self.log_from = None;
        self.why = None;
        if !is_same {
            self.inspector.run_changed();
        }
        self.named = None;
        self.doing.run_came(&self.run).into_iter().for_each(bus::go_to);
        if !self.doing.statement.names.verbs.is_empty() {
            self.learn_names(ctx);
        }
        if self.opening.is_none() {
            self.opening = Some(self.run.head.script.clone());
            let link = share::current();
            if !link.is_empty() {
                self.ask(ctx, Asked::Open(link.clone()), &Ask::Open { link });
                return;
            }
        }
        if let Some(then) = self.share.then.take() {
            then.step.into_iter().for_each(bus::go_to);
            then.target.iter().for_each(bus::aim_at);
            let thing = look::thing_of(&then.looks);
            hub::look_as(then.looks);
            hub::linked(Ok(then.step));
            if let Some(thing) = thing {
                self.inspect(ctx, thing, then.step.unwrap_or(self.step));
            }
        } else if !is_same {
            // What was taken apart, and how near, was of the run before.
            [look::INSPECTOR, look::SIGHT].into_iter().for_each(|name| hub::put_look(name, None));
        }
        self.rest(ctx);
    }

    /// Takes a thing apart as it is at a step, and says so to whoever makes links.
    fn inspect(&mut self, ctx: &Context<Self>, thing: Thing, step: u32) {
        let step = self.inspector.step_for(&thing, &self.run, step);
        hub::put_look(look::INSPECTOR, Some(look::thing_text(&thing)));
        let is_page = matches!(thing, Thing::Page { .. });
        self.ask(ctx, Asked::Thing(thing.clone()), &Ask::Take { thing, step });
        if is_page && !self.inspector.knows_relations() {
            ctx.link().send_message(Msg::Pages);
        }
    }

    fn execute(&mut self, ctx: &Context<Self>, act: Act) {
        if act.statements.iter().all(|(_, statement)| statement.trim().is_empty()) || self.doing.busy {
            return;
        }
        let step = self.step.min(self.run.last_step());
        let branches = step < self.run.last_step();
        let session = act.session.map_or_else(|| self.doing.session.clone(), str::to_owned);
        let after = branches.then_some(step);
        let ask = match act.statements.as_slice() {
            [(0, statement)] => Ask::Execute { session, statement: statement.clone(), after },
            statements => Ask::ExecuteAll { session, statements: statements.to_vec(), after },
        };
        self.doing.begin(&act);
        self.ask(ctx, Asked::Execute { act, branches, step }, &ask);
    }

    /// Asks what a statement can name here, unless it is known.
    fn learn_names(&mut self, ctx: &Context<Self>) {
        if self.named.replace(self.step) != Some(self.step) {
            self.ask(ctx, Asked::Names(self.step), &Ask::Names { step: self.step });
        }
    }
}

impl Component for Workbench {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Workbench {
        let link = ctx.link();
        let keys_on = Rc::new(Cell::new(true));
        Workbench {
            session: hub::session(),
            run: View::new(Run::default()),
            opening: None,
            step: 0,
            playing: false,
            tickets: Default::default(),
            doing: doing::Doing::default(),
            named: None,
            tree: tree::Tree::default(),
            inspector: inspector::Inspector::default(),
            why: None,
            log_from: None,
            target: None,
            aimed: false,
            elsewhere: None,
            share: share::Share::watch(&link.callback(|msg: Msg| msg)),
            rest: None,
            log_shown: Cell::new(u32::MAX),
            bring: None,
            _member: hub::join(link.callback(Msg::Heard)),
            _keys: keys::listen(Rc::clone(&keys_on), link.callback(|msg: Msg| msg)),
            keys_on,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        // What is done is done where the page stands, heard of or not.
        let is_done = !matches!(msg, Msg::Heard(_) | Msg::Told(..) | Msg::Rested);
        if let (true, Some((step, playing))) = (is_done, hub::place()) {
            self.placed(ctx, step, playing);
        }
        match msg {
            Msg::Heard(heard) => return self.heard(ctx, heard),
            Msg::Told(asked, reply) => self.told(ctx, asked, reply),
            Msg::Typed(text, caret) => {
                if !text.trim().is_empty() {
                    self.learn_names(ctx);
                }
                self.doing.statement.type_in(text, caret);
            }
            Msg::Pressed(key) => {
                if self.doing.statement.press(key) == Some(true) {
                    ctx.link().send_message(Msg::Execute);
                }
            }
            Msg::Take(option) => self.doing.statement.take(option),
            Msg::Left => self.doing.statement.close(),
            Msg::ToWord(from, to) => {
                statement::select(from, to);
                return false;
            }
            Msg::Undo(again) => self.doing.undo(again, &self.run, self.step).into_iter().for_each(bus::go_to),
            Msg::SessionTyped(name) => self.doing.session = name,
            Msg::Execute => {
                let statement = self.doing.statement.text.clone();
                self.execute(ctx, Act { session: None, statements: vec![(0, statement)] });
            }
            Msg::Do(act) => self.execute(ctx, act),
            Msg::Open(branch) => {
                self.doing.leave(Branch::of(&self.run, self.step), &branch);
                bus::open(&branch.script);
            }
            Msg::Inspect(thing) => {
                self.inspect(ctx, thing, self.step);
            }
            Msg::Pages => {
                self.ask(ctx, Asked::Pages, &Ask::Relations { step: self.step });
                return false;
            }
            Msg::Tree(act) => self.tree.act(act),
            Msg::Light(lit) => self.inspector.light(lit),
            Msg::Byte(at) => self.inspector.walk_to(at),
            Msg::GoTo(step) => {
                bus::go_to(step);
                return false;
            }
            Msg::Aim(lsn) => {
                let target = hub::target().unwrap_or_else(|| TargetSpec::new(TargetKind::Lsn, ""));
                bus::aim_at(&TargetSpec { kind: TargetKind::Lsn, text: lsn, ..target });
                return false;
            }
            Msg::Stride(by, forward) => {
                keys::stride(&self.run, self.step, by, forward).into_iter().for_each(bus::go_to);
                return false;
            }
            Msg::ShowKeys => {
                keys::show(true);
                return false;
            }
            Msg::SwitchKeys => self.keys_on.set(!self.keys_on.get()),
            Msg::HideKeys => {
                keys::show(false);
                return false;
            }
            Msg::Elsewhere => {
                if let Some(target) = self.target.clone() {
                    self.ask(ctx, Asked::Elsewhere, &Ask::Elsewhere(target));
                }
            }
            Msg::Digest => {
                self.ask(ctx, Asked::Digest(self.step), &Ask::Digest { step: self.step });
                return false;
            }
            Msg::Rested => return self.rested(ctx),
            Msg::OpenLink(link) => {
                if !self.share.is_others(&link) {
                    return false;
                }
                match self.opening.clone().filter(|_| link.is_empty()) {
                    Some(script) => {
                        self.share.opened(link, share::Then::default());
                        bus::open(&script);
                    }
                    None => self.ask(ctx, Asked::Open(link.clone()), &Ask::Open { link }),
                }
            }
            Msg::LogFrom(from) => self.log_from = Some(from),
        }
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        self.doing.statement.put_caret();
        if self.log_shown.replace(self.step) != self.step && self.log_from.is_none() {
            log::bring_current();
        }
        let Some(id) = self.bring.take() else { return };
        let document = web_sys::window().and_then(|window| window.document());
        if let Some(element) = document.and_then(|document| document.get_element_by_id(id)) {
            element.scroll_into_view_with_bool(true);
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        if !self.run.is_there() {
            return none();
        }
        let send = ctx.link().callback(|msg: Msg| msg);
        tag("section", "panel bench")
            .attr("aria-labelledby", "bench-title")
            .child(tag("h2", "panel-title").attr("id", "bench-title").text(t("bench.title", &[])).html())
            .child(plain("p", "bench-says", t("bench.says", &[])))
            .child(html! { <scenarios::Scenarios /> })
            .child(doing::view(&self.doing, &self.run, self.step, &send))
            .child(elsewhere::view(&self.elsewhere, &send))
            .child(self.share.view(self.step, &send))
            .child(why::view(self.why.as_ref(), &self.run, &send))
            .child(group(
                "div",
                "bench-made",
                [
                    group(
                        "div",
                        "bench-lists",
                        [
                            self.tree.view(&self.run, self.step, &send),
                            keys::strides(&send),
                            log::view(&self.run, self.step, self.log_from, &send),
                        ],
                    ),
                    self.inspector.view(&self.run, self.step, &send),
                ],
            ))
            .child(keys::dialog(self.keys_on.get(), &send))
            .html()
    }
}

/// A button of the workbench.
fn pick(class: &str, said: String, msg: impl Fn() -> Msg + 'static, send: &Callback<Msg>) -> Html {
    let send = send.clone();
    tag("button", class)
        .attr("type", "button")
        .text(said)
        .on(yew::virtual_dom::ListenerKind::onclick, Callback::from(move |_: Event| send.emit(msg())))
        .html()
}

/// A worded error of the engine; none for none.
fn refusal(problem: Option<&Problem>) -> Html {
    tag("div", "bench-refused")
        .attr("role", "alert")
        .child(problem.map_or_else(none, crate::tables::mark::problem_line))
        .html()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_of_different_sorts_do_not_displace_one_another() {
        let thing = Thing::ControlFile { recovered: false };
        let act = Act { session: None, statements: Vec::new() };
        let statement = Asked::Execute { act, branches: false, step: 0 };
        let sorts = [
            statement,
            Asked::Thing(thing),
            Asked::Why,
            Asked::Link,
            Asked::Elsewhere,
            Asked::Pages,
            Asked::Names(0),
            Asked::Digest(0),
        ];
        let places: std::collections::BTreeSet<usize> = sorts.iter().map(Asked::place).collect();
        assert_eq!(places.into_iter().collect::<Vec<_>>(), (0..SORTS).collect::<Vec<_>>());
        assert_eq!(Asked::Open(String::new()).place(), Asked::Link.place(), "there is one address");
    }
}
