//! One chart: asks for its points, keeps them, draws them for the width that it has.

use super::marks::{Place, marks, step};
use super::plot::{self, Drawn, Wanted};
use super::size::Width;
use super::table::points_table;
use super::{code, names};
use crate::format;
use crate::state::{Session, Ticket};
use crate::tables::grid::word;
use crate::tables::mark::problem_line;
use crate::view::{group, none, plain, tag};
use crate::words::{count, t};
use pitr_protocol::{Chart, ChartHead, ChartPoint, Problem, Reply, Request};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// How tall a chart is drawn, in pixels.
const HEIGHT: u32 = 300;

#[derive(Properties, PartialEq, Debug)]
pub struct FigureProps {
    pub chart: Chart,
    pub session: Session,
    /// Whether the worker can be asked.
    pub ready: bool,
    /// The policy of the run on show, where the chart can have a point for it.
    pub yours: Option<i64>,
}

/// What reaches a chart.
#[derive(Debug)]
pub enum Msg {
    Heard(Reply),
    Width(u32),
    /// A mark is looked at, or none is any more.
    Look(Option<Place>),
    /// The mark that the Tab key finds.
    Stand(Place),
    /// A key was pressed on a mark.
    Key(KeyboardEvent),
}

/// One chart, and what has come of it so far.
#[derive(Debug, Default)]
pub struct ChartFigure {
    head: Option<ChartHead>,
    points: Vec<ChartPoint>,
    /// How many recoveries were run, and how long that took here.
    done: Option<(u32, i64)>,
    refused: Option<Problem>,
    ticket: Option<Ticket>,
    width: Option<u32>,
    watched: Option<Width>,
    drawn: Option<Drawn>,
    place: NodeRef,
    marks: NodeRef,
    standing: Place,
    looked_at: Option<Place>,
}

impl Component for ChartFigure {
    type Message = Msg;
    type Properties = FigureProps;

    fn create(ctx: &Context<Self>) -> ChartFigure {
        let mut figure = ChartFigure::default();
        figure.ask(ctx);
        figure
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &FigureProps) -> bool {
        self.ask(ctx);
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first && let Some(place) = self.place.cast::<Element>() {
            self.watched = Width::watch(place, ctx.link().callback(Msg::Width));
        }
    }

    fn update(&mut self, _: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Heard(reply) => {
                self.hear(reply);
                self.draw();
            }
            Msg::Width(width) => {
                self.width = Some(width);
                self.draw();
            }
            Msg::Look(place) => self.looked_at = place,
            Msg::Stand(place) => (self.standing, self.looked_at) = (place, Some(place)),
            Msg::Key(event) => {
                if let Some(next) = step(self.standing, &event.key(), self.points.len()) {
                    event.prevent_default();
                    self.focus(next);
                }
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let FigureProps { chart, session, yours, .. } = ctx.props();
        let name = code(*chart);
        let id = word("chart-", name, "");
        let title = tag("h3", "panel-title").attr("id", &id).text(t(&word("charts.", name, ".title"), &[]));
        tag("figure", "panel chart")
            .attr("aria-labelledby", &id)
            .child(group("figcaption", "", [title.html(), plain("p", "chart-note", self.progress())]))
            .child(self.refused.as_ref().map_or_else(none, problem_line))
            .child(self.picture(ctx, *yours))
            .child(plain("p", "chart-reading", t(&word("charts.", name, ".reading"), &[])))
            .child(points_table(*chart, &self.points, session))
            .child(self.source())
            .html()
    }
}

impl ChartFigure {
    /// Asks for the points, once the worker is there; again if it was lost on the way.
    fn ask(&mut self, ctx: &Context<Self>) {
        let FigureProps { chart, session, ready, .. } = ctx.props();
        let lost = self.refused.as_ref().is_some_and(|problem| problem.code == "worker_crashed");
        if *ready && (self.ticket.is_none() || lost) {
            self.refused = None;
            let heard = ctx.link().callback(Msg::Heard);
            self.ticket = Some(session.ask(Request::Chart(*chart), heard));
        }
    }

    fn hear(&mut self, reply: Reply) {
        match reply {
            Reply::ChartBegins(head) => {
                self.head = Some(head);
                self.points.clear();
                (self.done, self.refused) = (None, None);
            }
            Reply::ChartPoint { point, .. } => self.points.push(point),
            Reply::ChartDone { recoveries, wall_us, .. } => self.done = Some((recoveries, wall_us)),
            Reply::Refused(problem) => self.refused = Some(problem),
            _ => {}
        }
    }

    fn draw(&mut self) {
        self.drawn = self.head.as_ref().zip(self.width).and_then(|(head, width)| {
            plot::draw(&Wanted {
                points: &self.points,
                x: (head.first_x_us, head.last_x_us),
                width,
                height: HEIGHT,
                names_room: names::room(width),
            })
        });
    }

    /// The picture, and over it the names of the lines and the marks.
    fn picture(&self, ctx: &Context<Self>, yours: Option<i64>) -> Html {
        let place = tag("div", "chart-place").found_by(&self.place);
        let Some(drawn) = &self.drawn else {
            return place.html();
        };
        let key = ctx.link().batch_callback(|event: Event| event.dyn_into().ok().map(Msg::Key));
        let over = tag("div", "chart-marks")
            .found_by(&self.marks)
            .attr("role", "group")
            .attr("aria-label", &t("charts.marks", &[]))
            .on(ListenerKind::onkeydown, key)
            .all(marks(ctx, drawn, &self.points, (self.standing, self.looked_at), yours));
        place
            .child(Html::from_html_unchecked(AttrValue::from(drawn.svg.clone())))
            .child(names::of_lines(drawn))
            .child(over.html())
            .html()
    }

    fn focus(&self, place: Place) {
        let marks = self.marks.cast::<Element>();
        let mark = marks.and_then(|marks| marks.children().item(place.index()));
        if let Some(mark) = mark.and_then(|mark| mark.dyn_into::<HtmlElement>().ok()) {
            let _ = mark.focus();
        }
    }

    /// How many recoveries are done, and how long they took.
    fn progress(&self) -> String {
        match (&self.head, self.done) {
            (_, Some((recoveries, wall_us))) => {
                count("charts.done", u64::from(recoveries), &[("wall", &format::duration(wall_us))])
            }
            (Some(head), None) => {
                let (done, all) = (format::count(self.points.len() as u64), format::count(u64::from(head.points)));
                t("charts.running", &[("done", &done), ("all", &all)])
            }
            (None, None) => t("charts.waiting", &[]),
        }
    }

    /// Where the figures come from.
    fn source(&self) -> Html {
        let Some(head) = &self.head else {
            return none();
        };
        let said = t(
            "charts.source",
            &[
                ("runs", &format::count(u64::from(head.runs_per_point))),
                ("scale", &format::count(head.scale)),
                ("seed", &head.seed.to_string()),
            ],
        );
        plain("p", "source", said)
    }
}
