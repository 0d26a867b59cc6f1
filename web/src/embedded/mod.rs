//! The lab within another page: what its address asks for is done, and so is what the page around it asks in messages (`js/frame.js`).
//!
//! Whatever is asked goes the way that the workbench goes: questions to the engine, and wishes that the lab carries out. What cannot be is
//! told to the host, or, if the address asked for it, said in place; the run on show stays.

mod port;
mod reading;

use crate::bench::hub::{self, Heard};
use crate::bench::{bus, share};
use crate::state::{Run, Ticket, View};
use crate::story::{outcome, target_name};
use crate::tables::mark::problem_line;
use crate::view::{none, tag};
use crate::wishes::{clipped, wish};
use crate::words::problem as worded;
use js_sys::Object;
use pitr_protocol::bench::{Ask, Told, open, seal};
use pitr_protocol::{LinkedScript, Permalink, Problem, Reply, Report, Request, TargetSpec};
use port::{Asked, object};
use wasm_bindgen::JsValue;
use yew::prelude::*;

const PLACE: &str = "embedded";
/// What can be seen of the page by itself.
const VIEWS: [&str; 7] = ["lab", "timeline", "tables", "recover", "machine", "lesson", "question"];
/// The language that the page's sentences are in.
const LANGUAGE: &str = "en";
/// How the lab's first program hands over what it cannot do: no refusal yet.
const NEEDS_WHOLE_ENGINE: &str = "needs_whole_engine";

/// Whether the page is a part of another; then it leaves that page's history alone.
pub fn is_embedded() -> bool {
    root().is_some_and(|root| root.has_attribute("data-embedded"))
}

/// A question was answered: whoever is around hears of it.
pub fn answered(question: &str, seed: u64, right: bool) {
    let seed = seed.to_string();
    port::tell("answered", &object(&[("question", question.into()), ("seed", seed.into()), ("right", right.into())]));
}

/// A part of another page takes neither its keyboard nor its place; to be called before anything of the study is there.
pub fn keep_to_itself() {
    if is_embedded() {
        port::keep_to_itself();
    }
}

/// The address has another link.
pub fn moved(link: &str) {
    port::linked(link);
}

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

/// A place over the lab, made once.
pub fn place() -> Option<web_sys::Element> {
    let document = web_sys::window()?.document()?;
    let lab = document.get_element_by_id("lab")?;
    if document.get_element_by_id(PLACE).is_some() {
        return None;
    }
    let place = document.create_element("div").ok()?;
    place.set_id(PLACE);
    lab.insert_adjacent_element("beforebegin", &place).ok()?;
    Some(place)
}

/// What waits for a run that is on its way.
#[derive(Debug)]
enum Errand {
    /// A run that is opened, and what is to be shown of it.
    Load(share::Then),
    Execute,
    Recover(TargetSpec),
}

/// Who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Host,
    Address,
}

/// The part's root.
#[derive(Debug)]
pub struct Embedded {
    run: View<Run>,
    step: u32,
    playing: bool,
    by: By,
    errand: Option<Errand>,
    /// A question to the engine.
    ticket: Option<Ticket>,
    /// Whether the address has had its wishes.
    ready: bool,
    /// The recovery that the run on show ends with.
    recovered: Option<(u32, Report)>,
    wrong: Vec<Problem>,
    _member: hub::Member,
    _port: port::Port,
}

/// What reaches it.
#[derive(Debug)]
pub enum Msg {
    Heard(Heard),
    Asked(Asked),
    Told(Answered, Reply),
}

/// What a question was about.
#[derive(Debug, Clone, Copy)]
pub enum Answered {
    Open,
    Execute,
    State,
    Digest,
}

impl Component for Embedded {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Embedded {
        let view = wish("view").filter(|view| !VIEWS.contains(&view.as_str())).map(|view| {
            // What was hidden for want of better is shown.
            let _ = root().map(|root| root.set_attribute("data-view", VIEWS[0]));
            problem("embed_view", vec![("view".to_owned(), clipped(&view)), ("known".to_owned(), VIEWS.join(", "))])
        });
        let lang = wish("lang")
            .filter(|lang| !is_spoken(lang))
            .map(|lang| problem("embed_lang", vec![("lang".to_owned(), clipped(&lang))]));
        Embedded {
            run: View::new(Run::default()),
            step: 0,
            playing: false,
            by: By::Address,
            errand: None,
            ticket: None,
            ready: false,
            recovered: None,
            wrong: view.into_iter().chain(lang).collect(),
            _port: port::Port::open(ctx.link().callback(Msg::Asked)),
            _member: hub::join(ctx.link().callback(Msg::Heard)),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let wrong = self.wrong.len();
        match msg {
            Msg::Heard(heard) => self.heard(ctx, heard),
            Msg::Asked(asked) => {
                self.by = By::Host;
                self.asked(ctx, asked);
            }
            Msg::Told(of, reply) => self.told(of, reply),
        }
        self.wrong.len() != wrong
    }

    fn view(&self, _: &Context<Self>) -> Html {
        if self.wrong.is_empty() {
            return none();
        }
        let lines = self.wrong.iter().map(problem_line).collect();
        tag("div", "embedded-wrong").attr("role", "alert").all(lines).html()
    }
}

impl Embedded {
    fn heard(&mut self, ctx: &Context<Self>, heard: Heard) {
        match heard {
            Heard::Run(run) => self.run_came(ctx, run),
            Heard::Placed { step, playing } => {
                (self.step, self.playing) = (step, playing);
                if self.ready {
                    port::tell("step", &self.state());
                }
            }
            Heard::Linked(_) if self.ready => {}
            Heard::Linked(linked) => {
                match linked {
                    Ok(step) => self.step = step.map_or(self.step, |step| step.min(self.run.last_step())),
                    Err(problem) => self.refuse(problem),
                }
                self.take_wishes();
            }
            Heard::Refused(problem) if problem.code != NEEDS_WHOLE_ENGINE && self.errand.take().is_some() => {
                self.refuse(problem);
            }
            Heard::Lost if self.errand.take().is_some() => {
                self.refuse(problem("no_whole_engine_now", Vec::new()));
            }
            _ => {}
        }
    }

    fn run_came(&mut self, ctx: &Context<Self>, run: View<Run>) {
        let is_first = !self.run.is_there();
        self.run = run;
        self.step = hub::place().map_or(self.run.head.noticed_step, |(step, _)| step);
        let recovered = self.run.head.recovery_step.zip(self.run.head.report.as_deref().cloned());
        let is_new = recovered.is_some() && recovered != self.recovered;
        self.recovered = recovered;
        let is_loaded = matches!(self.errand, Some(Errand::Load(_)));
        if self.ready && is_new && !is_loaded {
            port::tell("recovered", &self.state());
        }
        if is_first {
            // A link is read by the workbench, which says when it has been.
            if share::current().is_empty() {
                match wish("scenario") {
                    Some(stem) => self.ask(ctx, Answered::Open, &Ask::Scenario { stem }),
                    None => self.take_wishes(),
                }
            }
            return;
        }
        match self.errand.take() {
            Some(Errand::Load(then)) => {
                then.step.into_iter().for_each(|step| self.go_to(step));
                then.target.iter().for_each(bus::aim_at);
                hub::look_as(then.looks);
                self.done();
            }
            Some(Errand::Execute) => self.done(),
            Some(Errand::Recover(spec)) => {
                // Another engine may have taken over, and told of the run as it was before.
                let is_done = self.recovered.as_ref().is_some_and(|(_, report)| report.spec == spec);
                match is_done {
                    true => self.done(),
                    false => self.errand = Some(Errand::Recover(spec)),
                }
            }
            None => {}
        }
    }

    /// What was asked last is done.
    fn done(&mut self) {
        match self.by {
            By::Host => port::answer(&self.state()),
            By::Address => self.take_wishes(),
        }
    }

    /// It cannot be.
    fn refuse(&mut self, problem: Problem) {
        self.ticket = None;
        let said = worded(&problem);
        if self.by == By::Host {
            return port::deny(&problem.code, &said);
        }
        self.wrong.push(problem);
        self.take_wishes();
    }

    /// The rest of what the address asks for, once its run is on show.
    fn take_wishes(&mut self) {
        if self.ready || self.by == By::Host {
            return;
        }
        self.ready = true;
        if let Some(text) = wish("at") {
            match reading::place(&self.run, &text) {
                Some(step) => self.go_to(step),
                None => self.wrong.push(problem("embed_place", vec![("text".to_owned(), clipped(&text))])),
            }
        }
        if let Some(text) = wish("target") {
            match reading::target(&text) {
                Some(spec) => bus::aim_at(&spec),
                None => self.wrong.push(problem("embed_target", vec![("text".to_owned(), text)])),
            }
        }
        for problem in &self.wrong {
            let said = worded(problem);
            port::tell("error", &object(&[("code", problem.code.as_str().into()), ("message", said.into())]));
        }
        port::tell("ready", &self.state());
    }

    fn asked(&mut self, ctx: &Context<Self>, asked: Asked) {
        // What is asked is asked of where the page stands, heard of or not.
        if let Some((step, playing)) = hub::place() {
            (self.step, self.playing) = (step, playing);
        }
        let last = self.run.last_step();
        match asked {
            Asked::Load { name, text } => match name.as_str() {
                "scenario" => self.ask(ctx, Answered::Open, &Ask::Scenario { stem: text }),
                "src" => self.ask(ctx, Answered::Open, &Ask::Open { link: text }),
                _ => {
                    // A link to it is looked at as a whole: what cannot be carried out changes nothing.
                    let script = LinkedScript::Own(text);
                    match (Permalink { script, step: None, target: None, view: Vec::new() }).link() {
                        Ok(link) => self.ask(ctx, Answered::Open, &Ask::Open { link }),
                        Err(error) => self.refuse(error.problem()),
                    }
                }
            },
            Asked::Execute { session, statement } => {
                let after = (self.step < last).then_some(self.step);
                self.ask(ctx, Answered::Execute, &Ask::Execute { session, statement, after });
            }
            Asked::Recover { target } => {
                let spec = match target.is_empty() {
                    true => hub::target(),
                    false => reading::target(&target),
                };
                match spec {
                    Some(spec) => {
                        bus::aim_at(&spec);
                        self.errand = Some(Errand::Recover(spec));
                        bus::recover();
                    }
                    None => self.refuse(problem("embed_target", vec![("text".to_owned(), target)])),
                }
            }
            Asked::Seek { to } => match reading::place(&self.run, &to) {
                Some(step) => {
                    self.go_to(step);
                    self.done();
                }
                None => self.refuse(problem("embed_place", vec![("text".to_owned(), to)])),
            },
            Asked::State => {
                let ask = Ask::Link { step: self.step, target: hub::target_chosen(), view: hub::looks() };
                self.ask(ctx, Answered::State, &ask);
            }
            Asked::Digest => self.ask(ctx, Answered::Digest, &Ask::Digest { step: self.step }),
        }
    }

    fn ask(&mut self, ctx: &Context<Self>, of: Answered, ask: &Ask) {
        let told = ctx.link().callback(move |reply| Msg::Told(of, reply));
        self.ticket = Some(hub::session().ask(Request::Bench(seal(ask)), told));
    }

    fn told(&mut self, of: Answered, reply: Reply) {
        self.ticket = None;
        let told = match reply {
            Reply::Bench(sealed) => open::<Told>(&sealed),
            Reply::Refused(problem) => Some(Told::Refused(problem)),
            _ => None,
        };
        match (of, told) {
            (Answered::Open, Some(Told::Linked { script, step, target, view })) => {
                self.errand = Some(Errand::Load(share::Then { step, target, looks: view }));
                bus::open(&script);
            }
            (Answered::Execute, Some(Told::Script(script))) => {
                self.errand = Some(Errand::Execute);
                bus::open(&script);
            }
            (Answered::State, Some(Told::Link(link))) => {
                let state = self.state();
                port::put(&state, "link", &link.into());
                port::answer(&state);
            }
            (Answered::Digest, Some(Told::Digest(digest))) => port::answer(&JsValue::from(digest)),
            // A run that no link has room for has a state all the same.
            (Answered::State, _) => port::answer(&self.state()),
            (_, Some(Told::Refused(problem))) => self.refuse(problem),
            _ => self.refuse(problem("malformed_message", Vec::new())),
        }
    }

    fn go_to(&mut self, step: u32) {
        bus::go_to(step);
        (self.step, self.playing) = (step.min(self.run.last_step()), false);
    }

    /// Where the page stands, for a host.
    fn state(&self) -> Object {
        let run = &self.run;
        let text = |text: &str| JsValue::from(text);
        let report = self.recovered.as_ref().map_or(JsValue::NULL, |(step, report)| {
            let about = object(&[
                ("target", text(&target_name(&report.spec))),
                ("says", outcome(report).into()),
                ("step", (*step).into()),
                ("finished", report.finished.into()),
                ("transactions", report.transactions.into()),
                ("timeline", report.timeline.into()),
                ("rto_us", (report.rto_us as f64).into()),
            ]);
            about.into()
        });
        object(&[
            ("title", text(&run.head.title)),
            ("step", self.step.into()),
            ("steps", run.head.step_count.into()),
            ("time", run.clock(run.step_time(self.step)).into()),
            ("lsn", crate::format::lsn(run.lsn_at(self.step)).into()),
            ("playing", self.playing.into()),
            ("recovered", report),
        ])
    }
}

/// Whether the page has its sentences in a language, whatever the country: `en-GB`.
fn is_spoken(lang: &str) -> bool {
    lang.split(['-', '_']).next().is_some_and(|lang| lang.eq_ignore_ascii_case(LANGUAGE))
}

fn problem(code: &str, params: Vec<(String, String)>) -> Problem {
    Problem { code: code.to_owned(), params, place: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_spoken_in_every_country() {
        for lang in ["en", "EN", "en-GB", "en_US"] {
            assert!(is_spoken(lang), "{lang}");
        }
        for lang in ["xx", "e", "english", "de-en", "-"] {
            assert!(!is_spoken(lang), "{lang}");
        }
    }
}
