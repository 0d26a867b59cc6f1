//! Objectives: a policy, what goes wrong, and what hundreds of recoveries say of it.
//!
//! Whatever is changed drops the sweeps under way and begins others at once; points are drawn as they come. Two charts are run as soon as the study is there, the rest when somebody comes
//! near it. A point that is pressed opens its very run in the lab, at the moment of the disaster.

mod charting;
mod choices;
mod chooser;
mod goal;
mod opened;
mod pool;
mod steering;
mod sweeps;

use super::{bus, hub};
use crate::charts::ChartFigure;
use crate::charts::data::ChartData;
use crate::format;
use crate::sight::Sight;
use crate::state::Ticket;
use crate::tables::mark::problem_line;
use crate::timeline::now_ms;
use crate::view::{group, none, plain, show_top, tag};
use crate::words::t;
use charting::SUBJECTS;
use gloo_timers::callback::Timeout;
use goal::{Field, Goal};
use pitr_protocol::Problem;
use pitr_protocol::sweep::{Ask, Conclusion, Known, PointTold, PolicyTold, RunTold, Told};
use pool::{Event as PoolEvent, Pool};
use std::rc::Rc;
use sweeps::{Kind, Sweep};
use web_sys::Element;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// Where everybody begins.
const FIRST_PRESET: &str = "server";
const FIRST_DISASTER: &str = "lose_primary";
const FIRST_SEED: u64 = 7;
/// How far below the screen the rest of the charts is begun.
const NEAR_PX: u32 = 400;

/// The section.
#[derive(Debug)]
pub struct Objectives {
    pool: Pool,
    known: Option<Known>,
    /// The preset whose policy it is, until a knob is turned.
    preset: Option<String>,
    policy: Option<PolicyTold>,
    /// What is asked for and not yet there: a preset's name or a policy's text, and the knobs to be turned about it.
    wanted: Option<String>,
    turned: Vec<(String, i64)>,
    /// A text that was typed and is no policy.
    text: Option<String>,
    /// A seed that is being typed.
    seed_text: Option<String>,
    text_problem: Option<Problem>,
    /// The name of what goes wrong, and how much later it is noticed, or how long it has gone on.
    disaster: (String, Option<String>),
    seed: u64,
    /// Whether recovery times have in them what people take.
    people: bool,
    goal: Goal,
    generation: u32,
    sweeps: [Option<Sweep>; Kind::ALL.len()],
    charts: Vec<Option<Rc<ChartData>>>,
    cancelled: bool,
    /// Sweeps whose charts have fallen behind the points that came, and when they are made anew.
    stale: Vec<Kind>,
    redraw: Option<Timeout>,
    problem: Option<Problem>,
    /// The run that is being opened, and the one that was.
    opening: bool,
    opened: Option<RunTold>,
    run_problem: Option<Problem>,
    asked: Vec<(Question, Ticket)>,
    section: NodeRef,
    near: Option<Sight>,
    is_near: bool,
    _member: hub::Member,
}

/// Questions of which the last one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Known,
    Policy,
    Run,
    Conclude(Kind),
}

/// What reaches the section.
#[derive(Debug)]
pub enum Msg {
    Pool(PoolEvent),
    Known(Told),
    Policy(Told),
    Concluded(u32, Kind, Told),
    Ran(Told),
    Redraw,
    Hub(hub::Heard),
    Near,
    Preset(String),
    Knob(&'static str, i64),
    Text(String),
    Disaster(String),
    Delay(String),
    Seed(String),
    /// Something is being typed, and not yet meant.
    TypedText(String),
    TypedSeed(String),
    OtherSeed,
    People,
    Cancel,
    Again,
    Goal(Field, String),
    /// A run of the sweep that a chart is about.
    Open {
        chart: usize,
        run: u32,
    },
    OpenAround {
        run: u32,
        of_loss: bool,
    },
}

impl Component for Objectives {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Objectives {
        let link = ctx.link();
        Objectives {
            pool: Pool::new(link.callback(Msg::Pool)),
            known: None,
            preset: Some(FIRST_PRESET.to_owned()),
            policy: None,
            wanted: Some(FIRST_PRESET.to_owned()),
            turned: Vec::new(),
            text: None,
            seed_text: None,
            text_problem: None,
            disaster: (FIRST_DISASTER.to_owned(), None),
            seed: FIRST_SEED,
            people: true,
            goal: Goal::default(),
            generation: 0,
            sweeps: Default::default(),
            charts: vec![None; SUBJECTS.len()],
            cancelled: false,
            stale: Vec::new(),
            redraw: None,
            problem: None,
            opening: false,
            opened: None,
            run_problem: None,
            asked: Vec::new(),
            section: NodeRef::default(),
            near: None,
            is_near: false,
            _member: hub::join(link.callback(Msg::Hub)),
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first && let Some(section) = self.section.cast::<Element>() {
            self.near = Sight::near(&section, NEAR_PX, ctx.link().callback(|()| Msg::Near));
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Pool(event) => return self.of_pool(ctx, event),
            Msg::Near => {
                self.near = None;
                if !self.is_near {
                    self.is_near = true;
                    if !self.cancelled {
                        self.run(&steering::WHEN_NEAR);
                    }
                }
            }
            Msg::Known(Told::Known(known)) => self.known = Some(known),
            Msg::Policy(told) => self.policy_came(told),
            Msg::Concluded(generation, kind, told) => {
                if generation != self.generation {
                    return false;
                }
                if let (Told::Concluded(conclusion), Some(sweep)) = (told, &mut self.sweeps[kind as usize]) {
                    sweep.conclusion = Some(conclusion);
                    self.draw(kind);
                }
            }
            Msg::Ran(told) => self.ran(told),
            Msg::Redraw => self.draw_stale(ctx),
            Msg::Hub(heard) => {
                let hub::Heard::Run(run) = heard else { return false };
                let is_it = self.opened.as_ref().filter(|it| it.script.trim() == run.head.script.trim());
                if let (true, Some(opened)) = (std::mem::take(&mut self.opening), is_it) {
                    bus::go_to(opened.step);
                }
                return false;
            }
            Msg::Preset(name) => {
                self.preset = Some(name.clone());
                self.want(ctx, name);
            }
            Msg::Knob(knob, to) => self.turn(ctx, knob, to),
            Msg::Text(text) => {
                self.text = Some(text.clone());
                self.preset = None;
                self.want(ctx, text);
            }
            Msg::Disaster(name) => {
                let known = self.known.iter().flat_map(|known| &known.disasters);
                let with_delay = known.filter_map(|text| text.split_once(' ')).find(|(known, _)| *known == name);
                self.disaster = (name.clone(), with_delay.map(|(_, delay)| delay.to_owned()));
                self.restart();
            }
            Msg::Delay(delay) => {
                self.disaster.1 = Some(delay);
                self.restart();
            }
            Msg::Seed(text) => {
                // What is no seed stays as it was typed, and is marked.
                if let Ok(seed) = text.trim().parse() {
                    (self.seed, self.seed_text) = (seed, None);
                    self.restart();
                }
            }
            Msg::TypedText(text) => self.text = Some(text),
            Msg::TypedSeed(text) => self.seed_text = Some(text),
            Msg::OtherSeed => {
                // An odd step that comes round to every number.
                self.seed_text = None;
                self.seed = (self.seed.wrapping_mul(31).wrapping_add(17)) % 1_000_000;
                self.restart();
            }
            Msg::People => {
                self.people = !self.people;
                self.draw(Kind::Cadence);
            }
            Msg::Cancel => {
                self.pool.cancel();
                self.cancelled = true;
            }
            Msg::Again => self.restart(),
            Msg::Goal(field, text) => {
                self.goal.set(field, text);
                self.conclude(ctx, Kind::Around);
            }
            Msg::Open { chart, run } => {
                self.open(ctx, SUBJECTS[chart].kind.with_runs(), run, SUBJECTS[chart].is_of_loss())
            }
            Msg::OpenAround { run, of_loss } => self.open(ctx, Kind::Around, run, of_loss),
            Msg::Known(_) => return false,
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let title = tag("h2", "objectives-title").attr("id", "objectives-title").text(t("objectives.title", &[]));
        let head = tag("div", "panel objectives-head")
            .child(title.html())
            .child(plain("p", "objectives-lead", t("objectives.lead", &[])))
            .child(chooser::chooser(self, ctx))
            .child(self.progress(ctx))
            .child(self.problem.as_ref().map_or_else(none, problem_line));
        let run_problem = self.run_problem.as_ref().map_or_else(none, problem_line);
        let opened = tag("div", "objectives-opened").child(run_problem).child(opened::opened(self.opened.as_ref()));
        let figures = self.charts.iter().enumerate().filter_map(|(chart, data)| {
            let open = ctx.link().callback(move |run| Msg::Open { chart, run });
            let data = Rc::clone(data.as_ref()?);
            Some(html! { <ChartFigure key={SUBJECTS[chart].name} {data} {open} /> })
        });
        tag("section", "charts objectives")
            .attr("aria-labelledby", "objectives-title")
            .child(head.html())
            .child(tag("div", "objectives-near").found_by(&self.section).html())
            .child(tag("div", "charts-grid").all(figures.collect()).html())
            .child(opened.html())
            .child(goal::goal(self, ctx))
            .html()
    }
}

impl Objectives {
    /// What was concluded of the policies around the chosen one.
    fn concluded(&self) -> Option<&Conclusion> {
        self.sweeps[Kind::Around as usize].as_ref()?.conclusion.as_ref()
    }

    fn around_points(&self) -> Vec<PointTold> {
        self.sweeps[Kind::Around as usize].as_ref().map(Sweep::whole_points).unwrap_or_default()
    }

    /// How far all of it is, and the way to think better of it.
    fn progress(&self, ctx: &Context<Self>) -> Html {
        let sweeps = || self.sweeps.iter().flatten().filter(|sweep| sweep.began_ms.is_some());
        let (done, all) = sweeps().fold((0, 0), |(done, all), sweep| {
            let runs = sweep.runs_per_point();
            (done + sweep.whole * runs, all + sweep.points.len() as u32 * runs)
        });
        let is_running = all > 0 && done < all && !self.cancelled && self.problem.is_none();
        let said = match (is_running, self.cancelled && done < all) {
            (true, _) => t("objectives.running", &[]),
            (false, true) => t("objectives.cancelled", &[]),
            (false, false) if all > 0 => t("objectives.done", &[]),
            _ => t("charts.waiting", &[]),
        };
        let recoveries = sweeps().map(|sweep| u64::from(sweep.recoveries)).sum();
        let records = sweeps().map(|sweep| sweep.records).sum();
        let counted = t(
            "objectives.counted",
            &[("recoveries", &format::count(recoveries)), ("records", &format::count(records))],
        );
        let bar = tag("progress", "objectives-bar")
            .attr("aria-label", &t("objectives.progress", &[]))
            .attr("max", &all.max(1).to_string())
            .attr("value", &done.to_string())
            .html();
        let (key, msg): (_, fn() -> Msg) =
            if is_running { ("objectives.cancel", || Msg::Cancel) } else { ("objectives.again", || Msg::Again) };
        let button = tag("button", "button is-quiet")
            .attr("type", "button")
            .on(ListenerKind::onclick, ctx.link().callback(move |_| msg()))
            .text(t(key, &[]))
            .html();
        let said = tag("p", "objectives-said").attr("role", "status").text(said).html();
        group("div", "objectives-progress", [bar, button, said, plain("p", "chart-note", counted)])
    }
}
