//! Lessons, beside the lab: predict, lock it in, let the engine run, see both side by side. Part of the study's program.
//!
//! The lab is never locked. A step has a state of the lab that it is about; the panel leads there, and leads back when somebody has wandered off. What is right
//! the engine says that has the run on show; what has been answered is kept in the browser's storage ([`progress`]).

mod address;
mod lead;
mod list;
mod map;
mod panel;
mod progress;
mod task;
mod text;
mod ways;

use crate::bench::asking::ask;
use crate::bench::hub::{self, Heard};
use crate::state::{Run, Ticket, View};
use crate::tables::mark::problem_line;
use crate::view::{group, none, plain, tag};
use crate::wishes::wish;
use crate::words::t;
use address::put_wish;
use gloo_timers::callback::Timeout;
use lead::Lead;
use pitr_protocol::Problem;
use pitr_protocol::bench::{Ask, Told};
use pitr_protocol::lesson::{Judged, Lesson, LessonAnswer, LessonAsk, LessonTold, Stand, Task};
use progress::Progress;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The place's id, and those that the keyboard goes to: the heading, what came of an answer.
const PLACE: &str = "lessons";
const HEADING: &str = "lesson-heading";
const OUTCOME: &str = "lesson-outcome";
/// While something is open, the page makes room for it.
const OPEN: &str = "data-lesson-open";
const FILE: &str = "pitr-lab-progress.txt";

/// What stands beside the lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Nothing,
    Map,
    Lesson,
}

/// A lesson at hand.
#[derive(Debug)]
pub struct Opened {
    lesson: Box<Lesson>,
    /// The step, or how many there are: its end.
    at: usize,
    states: Vec<StepState>,
    /// All of its text is shown.
    all: bool,
}

/// How far a step has come.
#[derive(Debug, Default)]
pub struct StepState {
    chosen: Option<u32>,
    typed: String,
    /// An answer is on its way.
    asked: bool,
    judged: Option<Judged>,
    /// What holds of what is to be done.
    held: Vec<(String, bool)>,
    /// All of it held once.
    acted: bool,
    hints: usize,
    problem: Option<Problem>,
}

impl StepState {
    fn is_done(&self) -> bool {
        self.judged.is_some() || self.acted
    }
}

/// What reaches the lessons.
#[derive(Debug, Clone)]
pub enum Msg {
    Heard(Heard),
    Told(Told),
    /// Of the step that was asked about.
    Judged(usize, Told),
    Checked(usize, Told),
    Shown(Told),
    Open {
        id: String,
        seed: u64,
    },
    Map,
    Close,
    GoTo(usize),
    Choose(u32),
    Typed(String),
    Lock,
    /// Unlocks a prediction that did not come true.
    Another,
    Hint,
    ShowMe,
    /// The lab is to stand where the step is.
    Back,
    Afresh,
    All,
    Export,
    Import(Result<String, String>),
    /// Erase; whether it was said twice.
    Erase(bool),
}

/// The lessons' root.
#[derive(Debug)]
pub struct Lessons {
    shown: Shown,
    run: View<Run>,
    opened: Option<Opened>,
    /// A lesson that was asked for, before or while there is a run.
    wanted: Option<(String, u64)>,
    refused: Option<Problem>,
    lead: Lead,
    progress: Progress,
    notes: map::Notes,
    open_ticket: Option<Ticket>,
    judge_ticket: Option<Ticket>,
    check_ticket: Option<Ticket>,
    /// Where the keyboard goes once that is drawn.
    focus: Option<&'static str>,
    _member: hub::Member,
}

/// A place for the lessons, before the lab.
pub fn place() -> Option<Element> {
    let document = web_sys::window()?.document()?;
    if document.get_element_by_id(PLACE).is_some() {
        return None;
    }
    let lab = document.get_element_by_id("lab")?;
    let place = document.create_element("div").ok()?;
    place.set_id(PLACE);
    lab.parent_node()?.insert_before(&place, Some(&lab)).ok()?;
    Some(place)
}

/// A seed that has not been seen: whatever the browser draws.
fn fresh_seed() -> u64 {
    1 + (js_sys::Math::random() * 1e9) as u64
}

impl Lessons {
    fn ask_open(&mut self, ctx: &Context<Self>) {
        if let (true, Some((id, seed))) = (self.run.is_there(), self.wanted.clone()) {
            let open = Ask::Lesson(LessonAsk::Open { id, seed });
            self.open_ticket = Some(ask(&open, ctx.link().callback(Msg::Told)));
        }
    }

    /// The lab goes where a step or an answer is about.
    fn go(&mut self, stand: Stand) {
        self.lead.go(&self.run, stand);
    }

    fn lead_to_scene(&mut self) {
        let stand = self.opened.as_ref().and_then(|opened| Some(opened.lesson.steps.get(opened.at)?.stand.clone()));
        stand.into_iter().for_each(|stand| self.go(stand));
    }

    /// Asks what holds of the act of the step at hand.
    fn check(&mut self, ctx: &Context<Self>) {
        // While the lab is on its way to the step, the run on show is that of another.
        let Some(opened) = self.opened.as_ref().filter(|_| !self.lead.is_on_its_way()) else { return };
        let (at, lesson) = (opened.at, &opened.lesson);
        let is_act = lesson.steps.get(at).is_some_and(|step| matches!(step.task, Task::Act(_)));
        if is_act && !opened.states.get(at).is_some_and(|state| state.acted) {
            let check = LessonAsk::Check { id: lesson.id.clone(), seed: lesson.seed, step: at as u32 };
            self.check_ticket = Some(ask(&Ask::Lesson(check), ctx.link().callback(move |told| Msg::Checked(at, told))));
        }
    }

    fn state(&mut self, at: usize) -> Option<&mut StepState> {
        self.opened.as_mut()?.states.get_mut(at)
    }

    fn here(&mut self) -> Option<&mut StepState> {
        let at = self.opened.as_ref()?.at;
        self.state(at)
    }

    /// A step is answered.
    fn answered(&mut self, at: usize) {
        let Some(opened) = &self.opened else { return };
        if let Some(step) = opened.lesson.steps.get(at) {
            self.progress.answered(&opened.lesson.id, &step.id);
            self.progress.store();
        }
    }

    fn heard(&mut self, ctx: &Context<Self>, heard: Heard) -> bool {
        match heard {
            Heard::Run(run) => {
                let is_first = !self.run.is_there();
                self.run = run;
                if is_first && self.wanted.is_some() {
                    self.ask_open(ctx);
                }
                let was_on_its_way = self.lead.is_on_its_way();
                self.lead.run_came(&self.run);
                self.check(ctx);
                is_first || was_on_its_way
            }
            Heard::Lost => {
                let state = self.here();
                state.into_iter().for_each(|state| state.asked = false);
                true
            }
            _ => false,
        }
    }

    fn opened(&mut self, ctx: &Context<Self>, lesson: Box<Lesson>) {
        let states = lesson.steps.iter().map(|_| StepState::default()).collect();
        // Whoever was here before goes on where it was left.
        let is_known = |step: &pitr_protocol::lesson::LessonStep| self.progress.has_answered(&lesson.id, &step.id);
        let left = lesson.steps.iter().position(|step| !is_known(step)).unwrap_or(0);
        let at = if lesson.seed == 0 { left } else { 0 };
        put_wish(Some(&lesson.id));
        self.opened = Some(Opened { lesson, at, states, all: false });
        (self.wanted, self.refused) = (None, None);
        self.show(Shown::Lesson);
        self.lead_to_scene();
        self.check(ctx);
    }

    fn show(&mut self, shown: Shown) {
        self.shown = shown;
        self.focus = (shown != Shown::Nothing).then_some(HEADING);
        let root = web_sys::window().and_then(|window| window.document()?.document_element());
        if let Some(root) = root {
            let _ = match shown {
                Shown::Nothing => root.remove_attribute(OPEN),
                _ => root.set_attribute(OPEN, ""),
            };
        }
    }

    fn lock(&mut self, ctx: &Context<Self>) {
        let Some(opened) = &mut self.opened else { return };
        let (at, id, seed) = (opened.at, opened.lesson.id.clone(), opened.lesson.seed);
        let is_typed = opened.lesson.steps.get(at).is_some_and(|step| matches!(step.task, Task::Type { .. }));
        let Some(state) = opened.states.get_mut(at) else { return };
        let answer = match (is_typed, state.chosen) {
            (true, _) => LessonAnswer::Text(state.typed.clone()),
            (false, Some(option)) => LessonAnswer::Option(option),
            (false, None) => return,
        };
        (state.asked, state.problem) = (true, None);
        let asked = Ask::Lesson(LessonAsk::Answer { id, seed, step: at as u32, answer });
        self.judge_ticket = Some(ask(&asked, ctx.link().callback(move |told| Msg::Judged(at, told))));
    }

    fn judged(&mut self, at: usize, told: Told) {
        let Some(state) = self.state(at) else { return };
        state.asked = false;
        match told {
            Told::Lesson(LessonTold::Judged(judged)) => {
                let stand = judged.stand.clone();
                state.judged = Some(*judged);
                // The button that was pressed is gone.
                self.focus = Some(OUTCOME);
                self.answered(at);
                stand.into_iter().for_each(|stand| self.go(stand));
            }
            Told::Refused(problem) => state.problem = Some(problem),
            _ => {}
        }
    }

    fn checked(&mut self, at: usize, told: Told) {
        let Told::Lesson(LessonTold::Checked(held)) = told else { return };
        let all = held.iter().all(|(_, holds)| *holds);
        let Some(state) = self.state(at) else { return };
        state.held = held;
        if all && !state.acted {
            state.acted = true;
            self.answered(at);
        }
    }

    fn go_to(&mut self, ctx: &Context<Self>, at: usize) {
        // Who goes on from a step that asks nothing has read it.
        let left = self.opened.as_ref().map(|opened| (opened.at, opened.lesson.steps.get(opened.at)));
        if let Some((from, Some(step))) = left
            && step.task == Task::Watch
            && at > from
        {
            self.answered(from);
        }
        let Some(opened) = &mut self.opened else { return };
        (opened.at, opened.all) = (at.min(opened.lesson.steps.len()), false);
        if opened.at == opened.lesson.steps.len() {
            self.progress.finished(&opened.lesson.id);
            self.progress.store();
        }
        self.focus = Some(HEADING);
        self.lead_to_scene();
        self.check(ctx);
    }

    fn keep(&mut self, msg: Msg) {
        self.notes = map::Notes::default();
        match msg {
            Msg::Export => crate::charts::save_text(FILE, "text/plain", &self.progress.text()),
            Msg::Import(Ok(text)) => match Progress::read(&text) {
                Ok(progress) => {
                    self.progress = progress;
                    self.progress.store();
                    self.notes.done = Some(t("lesson.progress.imported", &[]));
                }
                Err(why) => self.notes.wrong = Some(map::unreadable(&why)),
            },
            Msg::Import(Err(why)) => self.notes.wrong = Some(why),
            Msg::Erase(false) => self.notes.erasing = true,
            Msg::Erase(true) => {
                self.progress.erase();
                self.notes.done = Some(t("lesson.progress.erased", &[]));
            }
            _ => {}
        }
    }

    /// The way in, in the page's head: the first lesson for whoever has not been here, the map for everybody else.
    fn entry(&self, send: &Callback<Msg>) -> Html {
        let first = list::all().next().filter(|_| self.progress.is_empty());
        let (msg, long, short) = match first {
            Some(first) => {
                let params = [("title", first.title), ("minutes", first.minutes)];
                let open = Msg::Open { id: first.id.to_owned(), seed: 0 };
                (open, t("lesson.entry.first", &params), t("lesson.entry.first_short", &params))
            }
            None => (Msg::Map, t("lesson.entry", &[]), t("lesson.entry", &[])),
        };
        let send = send.clone();
        let pressed = Callback::from(move |_: Event| send.emit(msg.clone()));
        let way = tag("button", "button lesson-entry-button")
            .attr("type", "button")
            .on(ListenerKind::onclick, pressed)
            .child(plain("span", "is-long", long))
            .child(plain("span", "is-short", short));
        tag("nav", "lesson-in").attr("aria-label", &t("lesson.title", &[])).child(way.html()).html()
    }
}

impl Component for Lessons {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Lessons {
        let (progress, wrong) = match Progress::stored() {
            Ok(progress) => (progress, None),
            Err(why) => (Progress::default(), Some(map::unreadable(&why))),
        };
        Lessons {
            shown: Shown::Nothing,
            run: View::new(Run::default()),
            opened: None,
            wanted: wish("lesson").map(|id| (id, 0)),
            refused: None,
            lead: Lead::default(),
            progress,
            notes: map::Notes { wrong, ..map::Notes::default() },
            open_ticket: None,
            judge_ticket: None,
            check_ticket: None,
            focus: None,
            _member: hub::join(ctx.link().callback(Msg::Heard)),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Heard(heard) => return self.heard(ctx, heard),
            Msg::Open { id, seed } => {
                self.wanted = Some((id, seed));
                self.refused = None;
                self.ask_open(ctx);
            }
            Msg::Told(Told::Lesson(LessonTold::Opened(lesson))) => self.opened(ctx, lesson),
            Msg::Told(Told::Refused(problem)) => {
                (self.wanted, self.refused) = (None, Some(problem));
                self.show(Shown::Map);
            }
            Msg::Told(_) => return false,
            Msg::Judged(at, told) => self.judged(at, told),
            Msg::Checked(at, told) => self.checked(at, told),
            Msg::Shown(Told::Lesson(LessonTold::Shown(stand))) => self.go(stand),
            Msg::Shown(_) => return false,
            Msg::Map => {
                self.refused = None;
                self.show(Shown::Map);
            }
            Msg::Close => {
                put_wish(None);
                self.show(Shown::Nothing);
            }
            Msg::GoTo(at) => self.go_to(ctx, at),
            Msg::Choose(option) => self.here().into_iter().for_each(|state| state.chosen = Some(option)),
            Msg::Typed(text) => {
                if let Some(state) = self.here() {
                    state.typed = text;
                }
            }
            Msg::Lock => self.lock(ctx),
            Msg::Another => {
                self.here().into_iter().for_each(|state| state.judged = None);
                self.lead_to_scene();
            }
            Msg::Hint => self.here().into_iter().for_each(|state| state.hints += 1),
            Msg::ShowMe => {
                if let Some(opened) = &self.opened {
                    let (id, seed) = (opened.lesson.id.clone(), opened.lesson.seed);
                    let show = Ask::Lesson(LessonAsk::Show { id, seed, step: opened.at as u32 });
                    self.judge_ticket = Some(ask(&show, ctx.link().callback(Msg::Shown)));
                }
                return false;
            }
            Msg::Back => {
                self.lead_to_scene();
                return false;
            }
            Msg::Afresh => {
                let id = self.opened.as_ref().map(|opened| opened.lesson.id.clone());
                id.into_iter().for_each(|id| ctx.link().send_message(Msg::Open { id, seed: fresh_seed() }));
                return false;
            }
            Msg::All => self.opened.iter_mut().for_each(|opened| opened.all = !opened.all),
            Msg::Export | Msg::Import(_) | Msg::Erase(_) => self.keep(msg),
        }
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        let Some(id) = self.focus.take() else { return };
        // The key or the click that led here is done with first.
        Timeout::new(0, move || {
            let element = web_sys::window().and_then(|window| window.document()?.get_element_by_id(id));
            if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                let _ = element.focus();
            }
        })
        .forget();
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let send = ctx.link().callback(|msg: Msg| msg);
        let zone_offset_s = self.run.head.zone_offset_s;
        let (title, body) = match (self.shown, &self.opened) {
            (Shown::Nothing, _) => return self.entry(&send),
            (Shown::Lesson, Some(opened)) => (
                opened.lesson.title.clone(),
                panel::view(opened, &self.progress, self.lead.is_on_its_way(), zone_offset_s, &send),
            ),
            _ => (t("lesson.title", &[]), map::view(&self.progress, &self.notes, &send)),
        };
        let is_map = self.shown == Shown::Map || self.opened.is_none();
        let heading = tag("h2", "lesson-title").attr("id", "lesson-title").text(title);
        let heading = if is_map {
            tag("div", "").attr("id", HEADING).attr("tabindex", "-1").child(heading.html())
        } else {
            tag("div", "").child(heading.html())
        };
        let map = match is_map {
            true => none(),
            false => task::button("button is-quiet", t("lesson.map", &[]), Msg::Map, &send),
        };
        let close = task::button("button is-quiet", t("lesson.close", &[]), Msg::Close, &send);
        let refused = self.refused.as_ref().map_or_else(none, problem_line);
        let top = group("div", "lesson-top", [heading.html(), group("div", "lesson-buttons is-small", [map, close])]);
        tag("aside", "lesson")
            .attr("aria-labelledby", "lesson-title")
            .child(top)
            .child(tag("div", "").attr("role", "alert").child(refused).html())
            .child(body)
            .html()
    }
}
