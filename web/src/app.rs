//! The page as a whole: holds the state, ties it to the link and the timer, and lays the parts out.
//!
//! Each part of the state has its own context, so that a step re-renders what shows steps and nothing else.

use crate::charts::Charts;
use crate::link::{Link, News};
use crate::machine::Machine;
use crate::quiz::Quiz;
use crate::recover::Recover;
use crate::report::ReportCard;
use crate::script_pane::ScriptPane;
use crate::signals::Signals;
use crate::state::{Action, Connection, Cursor, Effect, Health, Model, Numbers, Outcome, Run, Session, Target, View};
use crate::story::Story;
use crate::tables::Tables;
use crate::theme::ThemeChoice;
use crate::timeline::{Timeline, TransactionTable};
use crate::transport::Transport;
use crate::words::t;
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
    outdated: bool,
}

/// What reaches the page.
#[derive(Debug)]
pub enum Msg {
    Act(Action),
    Send(pitr_protocol::Envelope<pitr_protocol::Request>),
    News(News),
}

impl App {
    fn apply(&mut self, ctx: &Context<Self>, action: Action) {
        for effect in self.model.apply(action) {
            match effect {
                Effect::Send(envelope) => self.link.send(&envelope),
                Effect::Wake(ms) => {
                    let act = ctx.link().callback(Msg::Act);
                    self.tick = Some(Timeout::new(ms, move || act.emit(Action::Tick)));
                }
                Effect::Rest => self.tick = None,
            }
        }
    }
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> App {
        let numbers = Rc::new(Numbers::default());
        let session = Session::new(ctx.link().callback(Msg::Act), ctx.link().callback(Msg::Send), Rc::clone(&numbers));
        let link = Link::new(ctx.link().callback(Msg::News));
        link.start();
        App { model: Model::new(numbers), session, link, tick: None, outdated: false }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Act(action) => self.apply(ctx, action),
            Msg::Send(envelope) => {
                self.link.send(&envelope);
                return false;
            }
            Msg::News(News::Action(action)) => self.apply(ctx, action),
            Msg::News(News::Reply(envelope)) => match self.session.deliver(envelope) {
                Some(envelope) => self.apply(ctx, Action::Heard(envelope)),
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
        }
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let model = &self.model;
        html! {
            <ContextProvider<Session> context={self.session.clone()}>
            <ContextProvider<Health> context={model.health.clone()}>
            <ContextProvider<View<Run>> context={model.run.clone()}>
            <ContextProvider<Outcome> context={model.outcome.clone()}>
            <ContextProvider<Target> context={model.target.clone()}>
            <ContextProvider<Cursor> context={model.cursor.clone()}>
                <Page outdated={self.outdated} />
            </ContextProvider<Cursor>>
            </ContextProvider<Target>>
            </ContextProvider<Outcome>>
            </ContextProvider<View<Run>>>
            </ContextProvider<Health>>
            </ContextProvider<Session>>
        }
    }
}

#[derive(Debug, Clone, PartialEq, Properties)]
struct PageProps {
    outdated: bool,
}

/// The parts of the page, in reading order.
#[component]
fn Page(props: &PageProps) -> Html {
    html! {
        <>
            <header class="top">
                <h1 class="brand">{ mark() }{ t("page.name", &[]) }</h1>
                <p class="brand-says">{ t("page.says", &[]) }</p>
                <ThemeChoice />
            </header>
            <main class="page">
                if props.outdated {
                    <p class="notice" role="alert">{ t("page.outdated", &[]) }</p>
                }
                <Story />
                <section class="panel timeline-card" aria-label={t("timeline.title", &[])}>
                    <Timeline />
                    <Transport />
                    <TransactionTable />
                </section>
                <div class="columns">
                    <Recover />
                    <Machine />
                </div>
                <Signals />
                <ReportCard />
                <Tables />
                <Charts />
                <Quiz />
                <ScriptPane />
            </main>
        </>
    }
}

/// A line that forks off an older one.
fn mark() -> Html {
    html! {
        <svg viewBox="0 0 26 26" width="26" height="26" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round">
            <path d="M3 8h20" opacity=".45" /><path d="M3 8h5c6 0 5 10 11 10h4" /><circle cx="8" cy="8" r="3.4" fill="currentColor" stroke="none" />
        </svg>
    }
}
