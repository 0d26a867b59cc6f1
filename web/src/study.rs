//! The study: charts and self-check, a program of its own that the lab fetches when it has nothing better to do.
//!
//! So a first visit is not kept waiting for what stands down the page, and what the study's worker computes for seconds never delays the
//! lab's. The two meet in the window's events: see `js/study.js`.

use crate::bench::objectives::Objectives;
use crate::link::{Link, News};
use crate::questions::{Practice, engine as questions};
use crate::quiz::Quiz;
use crate::state::{Action, Connection, Health, Numbers, Run, Session, Target, View};
use crate::words::t;
use js_sys::Uint8Array;
use pitr_protocol::bench::{open, seal};
use pitr_protocol::{Envelope, Request, RunHead, ScriptSource, TargetSpec};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use yew::prelude::*;

#[wasm_bindgen(module = "/js/study.js")]
extern "C" {
    #[wasm_bindgen(js_name = fetchStudy)]
    fn fetch_study(build: &str);
    #[wasm_bindgen(js_name = act)]
    fn wish(kind: &str, text: &str);
    #[wasm_bindgen(js_name = tellRun)]
    fn tell_run(archive_timeout_us: f64);
    #[wasm_bindgen(js_name = onRun)]
    fn on_run(heard: &Closure<dyn FnMut(f64)>);
    #[wasm_bindgen(js_name = offerWords)]
    pub fn offer_words(text: &str);
    #[wasm_bindgen(js_name = onWords)]
    fn on_words(heard: &Closure<dyn FnMut(String)>);
    #[wasm_bindgen(js_name = tellPlace)]
    fn tell_place(step: u32, playing: bool);
    #[wasm_bindgen(js_name = onAct)]
    fn on_act(heard: &Closure<dyn FnMut(String, String, Uint8Array)>);
    #[wasm_bindgen(js_name = tellTarget)]
    fn tell_target(bytes: Uint8Array, touched: bool);
}

/// The study speaks what is offered to the lab.
pub fn hear_words() {
    let heard = Closure::new(|text: String| crate::words::speak(&text));
    on_words(&heard);
    heard.forget();
}

/// The lab's end: fetches the study, tells it of the run on show, and opens the runs that it asks for.
#[derive(Debug)]
pub struct Companion {
    _words: Closure<dyn FnMut(String)>,
    _act: Closure<dyn FnMut(String, String, Uint8Array)>,
    /// What has been told last.
    place: Cell<(u32, bool)>,
    target: RefCell<Vec<u8>>,
}

impl Companion {
    /// An end through which come what is to be done, runs to be opened among it; `words` hears when all of the language is there.
    pub fn new(act: Callback<Action>, words: Callback<()>) -> Companion {
        let heard = Closure::new(move |kind: String, text: String, bytes: Uint8Array| {
            if let Some(action) = wanted(&kind, text, &bytes) {
                act.emit(action);
            }
        });
        on_act(&heard);
        let words = Closure::new(move |text: String| {
            crate::words::speak(&text);
            words.emit(());
        });
        on_words(&words);
        Companion { _words: words, _act: heard, place: Cell::new((u32::MAX, false)), target: RefCell::default() }
    }

    /// Where a recovery is to stop.
    pub fn tell_target(&self, target: &Target) {
        let mut bytes = seal(&target.spec);
        bytes.push(u8::from(target.touched));
        if *self.target.borrow() != bytes {
            tell_target(Uint8Array::from(&bytes[..bytes.len() - 1]), target.touched);
            self.target.replace(bytes);
        }
    }

    /// Where in the run the page stands.
    pub fn tell_place(&self, step: u32, playing: bool) {
        if self.place.replace((step, playing)) != (step, playing) {
            tell_place(step, playing);
        }
    }

    /// A run is on show and can be used: now the study may come.
    pub fn tell(&self, run: &Run) {
        tell_run(run.head.archive_timeout_us as f64);
        fetch_study(&crate::link::build());
    }
}

/// What the study or the workbench wants done.
fn wanted(kind: &str, text: String, bytes: &Uint8Array) -> Option<Action> {
    match kind {
        "open" => Some(Action::Load(ScriptSource::Text(text))),
        "recover" => Some(Action::Recover),
        "step" => text.parse().ok().map(Action::GoTo),
        "target" => open::<TargetSpec>(&bytes.to_vec()).map(Action::Target),
        _ => None,
    }
}

/// The study's root.
#[derive(Debug)]
pub struct Study {
    session: Session,
    link: Link,
    health: Health,
    /// What is known of the lab's run: its archive timeout alone.
    run: View<Run>,
    _heard: Closure<dyn FnMut(f64)>,
}

/// What reaches the study.
#[derive(Debug)]
pub enum Msg {
    Act(Action),
    Send(Envelope<Request>),
    News(News),
    Run { archive_timeout_us: i64 },
}

impl Component for Study {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Study {
        let link = ctx.link();
        let session = Session::new(link.callback(Msg::Act), link.callback(Msg::Send), Rc::new(Numbers::default()));
        let engine = Link::new("study", link.callback(Msg::News));
        engine.start();
        let told = link.callback(|us: f64| Msg::Run { archive_timeout_us: us as i64 });
        let heard = Closure::new(move |us: f64| told.emit(us));
        on_run(&heard);
        Study { session, link: engine, health: Health::default(), run: View::new(Run::default()), _heard: heard }
    }

    fn update(&mut self, _: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Act(Action::Load(ScriptSource::Text(script))) => wish("open", &script),
            Msg::Act(_) => {}
            Msg::Send(envelope) => self.link.send(&envelope),
            Msg::Run { archive_timeout_us } => {
                let head = RunHead { archive_timeout_us, ..RunHead::default() };
                self.run = View::new(Run { head, ..Run::default() });
                return true;
            }
            Msg::News(News::Reply(envelope)) => {
                self.session.deliver(envelope);
            }
            Msg::News(News::Action(Action::Connected { fallback })) => {
                self.health = Health { state: Connection::Ready, fallback, crash: None };
                questions::found(&self.session);
                return true;
            }
            Msg::News(News::Crashed { .. }) => {
                self.health.state = Connection::Restoring;
                questions::lost();
                self.session.refuse_all("worker_crashed");
                self.link.start();
                return true;
            }
            Msg::News(News::Action(_) | News::Outdated) => {
                questions::lost();
                self.session.refuse_all("no_study");
            }
        }
        false
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let ready = self.health.state == Connection::Ready;
        html! {
            <section class="page study" aria-label={t("study.title", &[])}>
                <Objectives />
                <Quiz session={self.session.clone()} {ready} zone_offset_s={self.run.head.zone_offset_s} />
                <Practice />
            </section>
        }
    }
}
