//! The page as a whole: holds the state, ties it to the link and the timer, and lays the parts out.
//!
//! What shows steps is drawn anew at every step by plain functions; what does not has its own components, which read the *desk* and are
//! left alone while a run is played.

use crate::hold::{Toll, is_held};
use crate::link::{Link, News};
use crate::machine::machine;
use crate::recover::Recover;
use crate::report::report_card;
use crate::script_pane::ScriptPane;
use crate::signals::signals;
use crate::state::{Action, Connection, Desk, Effect, Model, Numbers, Session, stage, value_of};
use crate::story::{Announcer, story};
use crate::study::Companion;
use crate::tables::Tables;
use crate::theme::{Theme, theme_choice};
use crate::timeline::{Timeline, now_ms};
use crate::transport;
use crate::view::{group, plain, tag};
use crate::words::t;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use std::rc::Rc;
use yew::prelude::*;

/// The page.
#[derive(Debug)]
pub struct App {
    model: Model,
    session: Session,
    link: Link,
    tick: Option<Timeout>,
    /// When somebody last moved through the run, and what ends the wait of what does not follow at once.
    moved_ms: f64,
    catch_up: Option<Timeout>,
    /// When all of the page was last begun to be drawn, and what that cost.
    begun_ms: f64,
    toll: Toll,
    outdated: bool,
    theme: Theme,
    announcer: Announcer,
    /// What the live region says.
    said: String,
    companion: Companion,
    _keys: Option<EventListener>,
}

/// What reaches the page.
#[derive(Debug)]
pub enum Msg {
    Act(Action),
    Send(pitr_protocol::Envelope<pitr_protocol::Request>),
    News(News),
    Say(String),
    Theme(Event),
    /// More words are there: everything is said anew.
    Words,
    /// The page follows a place that has moved on and on.
    CatchUp,
}

/// Moves through a long run that follow one another within this time are hurried: the picture follows each of them, the rest of the page so
/// often, and more seldom where that takes long. Milliseconds.
const HURRIED_MS: f64 = 100.0;
const CATCH_UP_MS: f64 = 500.0;
/// Moves by a pointer that is down on the timeline are hurried, all of them. The rest of the page follows when it stands still for so long,
/// and not too soon after the last time.
const STILL_MS: f64 = 150.0;

impl App {
    fn apply(&mut self, ctx: &Context<Self>, action: Action) {
        let effects = self.model.apply(action);
        self.carry_out(ctx, effects);
    }

    fn carry_out(&mut self, ctx: &Context<Self>, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send(envelope) => self.link.send(&envelope),
                Effect::WholeEngine => self.link.start_whole(),
                Effect::Wake(ms) => {
                    let act = ctx.link().callback(Msg::Act);
                    self.tick = Some(Timeout::new(ms, move || act.emit(Action::Tick)));
                }
                Effect::Rest => self.tick = None,
            }
        }
        let model = &self.model;
        self.companion.tell_place(model.cursor.step, model.cursor.playing);
        self.companion.tell_target(&model.target);
        let stage = stage(&model.run, &model.cursor, &model.target, &model.outcome);
        let say = ctx.link().callback(Msg::Say);
        self.announcer.hear(&model.run, &model.cursor, stage, &model.outcome, say);
    }

    /// Whether this move is one of many, of which the picture alone shows each.
    fn is_hurried(&mut self, ctx: &Context<Self>) -> bool {
        let (now, held) = (now_ms(), is_held());
        let follows = now - std::mem::replace(&mut self.moved_ms, now) < HURRIED_MS;
        let hurried = (held || follows) && self.model.is_long();
        if !hurried {
            self.catch_up = None;
        }
        if hurried && self.catch_up.is_none() {
            self.catch_up_in(ctx, if held { STILL_MS } else { self.toll.apart(CATCH_UP_MS) });
        }
        hurried
    }

    fn catch_up_in(&mut self, ctx: &Context<Self>, ms: f64) {
        let caught_up = ctx.link().callback(|()| Msg::CatchUp);
        self.catch_up = Some(Timeout::new(ms as u32, move || caught_up.emit(())));
    }

    fn desk(&self) -> Desk {
        let model = &self.model;
        Desk {
            session: self.session.clone(),
            run: model.run.clone(),
            target: model.target.clone(),
            outcome: model.outcome.clone(),
            health: model.health.clone(),
        }
    }
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> App {
        let numbers = Rc::new(Numbers::default());
        let session = Session::new(ctx.link().callback(Msg::Act), ctx.link().callback(Msg::Send), Rc::clone(&numbers));
        let link = Link::new("worker", ctx.link().callback(Msg::News));
        link.start();
        let theme = Theme::stored();
        theme.wear();
        App {
            model: Model::new(numbers),
            _keys: transport::listen(session.clone()),
            session,
            link,
            tick: None,
            moved_ms: 0.0,
            catch_up: None,
            begun_ms: 0.0,
            toll: Toll::default(),
            outdated: false,
            theme,
            announcer: Announcer::default(),
            said: String::new(),
            companion: Companion::new(ctx.link().callback(Msg::Act), ctx.link().callback(|()| Msg::Words)),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        self.begun_ms = now_ms();
        match msg {
            Msg::Act(action) => {
                let moves = matches!(action, Action::GoTo(_) | Action::Tick);
                let plays = self.model.cursor.playing;
                self.model.hurried = moves && self.is_hurried(ctx);
                self.apply(ctx, action);
                return !self.model.hurried || self.model.cursor.playing != plays;
            }
            Msg::CatchUp => {
                let now = self.begun_ms;
                if is_held() && (now - self.moved_ms < STILL_MS || self.toll.left(now) > 0.0) {
                    self.catch_up_in(ctx, STILL_MS);
                    return false;
                }
                self.catch_up = None;
                let effects = self.model.catch_up();
                // With an answer on its way it is that which is shown.
                let is_known = effects.is_empty();
                self.carry_out(ctx, effects);
                return is_known;
            }
            Msg::Send(envelope) => {
                self.link.send(&envelope);
                return false;
            }
            Msg::News(News::Action(action)) => self.apply(ctx, action),
            Msg::News(News::Reply(envelope)) => match self.session.deliver(envelope) {
                Some(envelope) => {
                    let before = self.model.run.clone();
                    let effects = self.model.hear(envelope);
                    self.carry_out(ctx, effects);
                    if self.model.run != before {
                        self.companion.tell(&self.model.run);
                    }
                }
                None => return false,
            },
            Msg::News(News::Crashed { blame, message }) => {
                self.apply(ctx, Action::Crashed { blame, message });
                self.session.refuse_all("worker_crashed");
                if self.model.health.state == Connection::Restoring {
                    self.link.start();
                }
            }
            Msg::News(News::Outdated) => self.outdated = true,
            Msg::Say(said) => {
                self.said = said;
                // It is said with what follows.
                if self.catch_up.is_some() && is_held() {
                    return false;
                }
            }
            Msg::Words => {}
            Msg::Theme(event) => {
                self.theme = Theme::of_code(&value_of(&event));
                self.theme.wear();
            }
        }
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        let now = now_ms();
        self.toll = Toll::of(self.begun_ms, now);
        if self.model.hurried {
            // What came while the page was drawn has not been waited for.
            self.moved_ms = now;
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let desk = self.desk();
        let cursor = self.model.cursor.clone();
        let stage = stage(&desk.run, &cursor, &desk.target, &desk.outcome);
        let head = group(
            "header",
            "top",
            [
                tag("h1", "brand").child(mark()).text(t("page.name", &[])).html(),
                plain("p", "brand-says", t("page.says", &[])),
                theme_choice(self.theme, ctx.link().callback(Msg::Theme)),
            ],
        );
        let mut top = Vec::new();
        if self.outdated {
            top.push(tag("p", "notice").attr("role", "alert").text(t("page.outdated", &[])).html());
        }
        if desk.health.fallback {
            top.push(plain("p", "notice is-calm", t("page.fallback", &[])));
        }
        top.push(story(&desk, &cursor, stage, &self.said));
        html! {
            <ContextProvider<Desk> context={desk.clone()}>
                { head }
                <main class="page">
                    { top.into_iter().collect::<Html>() }
                    <Timeline desk={desk.clone()} cursor={cursor.clone()} />
                    <div class="columns">
                        <Recover />
                        { machine(&desk.run, &cursor) }
                    </div>
                    { signals(&desk) }
                    { report_card(&desk, &cursor) }
                    { tag("div", "").attr("id", "recovery-steps").html() }
                    <Tables frame={cursor.frame.clone()} />
                    { tag("div", "").attr("id", "bench").html() }
                    <ScriptPane />
                </main>
            </ContextProvider<Desk>>
        }
    }
}

/// A line that forks off an older one.
fn mark() -> Html {
    let line = |path: &str| tag("path", "").attr("d", path);
    let dot = tag("circle", "").attr("cx", "8").attr("cy", "8").attr("r", "4").attr("fill", "currentColor");
    tag("svg", "")
        .attr("viewBox", "0 0 26 26")
        .attr("width", "26")
        .attr("height", "26")
        .attr("aria-hidden", "true")
        .attr("fill", "none")
        .attr("stroke", "currentColor")
        .attr("stroke-width", "3")
        .attr("stroke-linecap", "round")
        .child(line("M3 8h20").attr("opacity", ".45").html())
        .child(line("M3 8h5c6 0 5 10 11 10h4").html())
        .child(dot.attr("stroke", "none").html())
        .html()
}
