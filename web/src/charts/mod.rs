//! The objectives charts: RTO against snapshot cadence and RPO against archive interval.
//!
//! Each point is a number of recoveries that the worker runs when the chart comes near the window's view; points are drawn as they come. A
//! chart belongs to no run, so it stays when another run is loaded. Plotters draws axes, band and lines ([`plot`]); marks, names
//! and the table behind it are the page's own.

mod axis;
mod marks;
mod names;
mod plot;
mod size;
mod table;

use crate::format;
use crate::state::{Connection, use_health, use_run, use_session};
use crate::tables::mark::{Mark, Sign};
use crate::words::{count, problem, t};
use marks::Marks;
use pitr_protocol::{Chart, ChartHead, ChartPoint, Problem, Reply, Request};
use plot::{Drawn, Wanted};
use std::cell::RefCell;
use std::rc::Rc;
use table::PointsTable;
use yew::prelude::*;

/// How tall a chart is drawn, in pixels.
const HEIGHT: u32 = 300;

/// The code by which files of languages name a chart.
fn code(chart: Chart) -> &'static str {
    match chart {
        Chart::RtoAgainstCadence => "rto",
        Chart::RpoAgainstInterval => "rpo",
    }
}

/// A run that was opened from down the page is shown on top of it.
pub(crate) fn show_top() {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// What has come of a chart so far.
#[derive(Debug, Clone, PartialEq, Default)]
struct Series {
    head: Option<ChartHead>,
    points: Vec<ChartPoint>,
    /// How many recoveries were run, and how long that took here.
    done: Option<(u32, i64)>,
    refused: Option<Problem>,
}

impl Series {
    fn hear(&mut self, reply: Reply) {
        match reply {
            Reply::ChartBegins(head) => *self = Series { head: Some(head), ..Series::default() },
            Reply::ChartPoint { point, .. } => self.points.push(point),
            Reply::ChartDone { recoveries, wall_us, .. } => self.done = Some((recoveries, wall_us)),
            Reply::Refused(problem) => self.refused = Some(problem),
            _ => {}
        }
    }
}

/// Both charts.
#[component]
pub fn Charts() -> Html {
    html! {
        <section class="charts" aria-labelledby="charts-title">
            <h2 id="charts-title" class="visually-hidden">{ t("charts.title", &[]) }</h2>
            <ChartFigure chart={Chart::RtoAgainstCadence} />
            <ChartFigure chart={Chart::RpoAgainstInterval} />
        </section>
    }
}

#[derive(Properties, PartialEq, Debug)]
struct FigureProps {
    chart: Chart,
}

#[component]
fn ChartFigure(FigureProps { chart }: &FigureProps) -> Html {
    let chart = *chart;
    let run = use_run();
    let series = use_series(chart);
    let place = use_node_ref();
    let width = size::use_width(&place);
    let drawn = use_memo((series.clone(), width), move |(series, width)| picture(series, *width));

    let name = code(chart);
    let id = format!("chart-{name}");
    // The archive timeout of the run on show, if the chart tried it.
    let yours = matches!(chart, Chart::RpoAgainstInterval).then_some(run.head.archive_timeout_us);
    html! {
        <figure class="panel chart" aria-labelledby={id.clone()}>
            <figcaption>
                <h3 id={id} class="panel-title">{ t(&format!("charts.{name}.title"), &[]) }</h3>
                <p class="chart-note">{ progress(&series) }</p>
            </figcaption>
            if let Some(refused) = &series.refused {
                <p class="inline-problem"><Mark sign={Sign::Warning} />{ problem(refused) }</p>
            }
            <div ref={place} class="chart-place" style={format!("min-height:{HEIGHT}px")}>
                if let Some(drawn) = &*drawn {
                    { Html::from_html_unchecked(AttrValue::from(drawn.svg.clone())) }
                    { names::of_lines(drawn, &series.points) }
                    <Marks {chart} drawn={drawn.clone()} points={series.points.clone()} {yours} />
                }
            </div>
            <p class="chart-reading">{ t(&format!("charts.{name}.reading"), &[]) }</p>
            <PointsTable {chart} points={series.points.clone()} />
            { source(&series) }
        </figure>
    }
}

fn picture(series: &Series, width: Option<u32>) -> Option<Rc<Drawn>> {
    let (head, width) = (series.head.as_ref()?, width?);
    let wanted = Wanted {
        points: &series.points,
        x: (head.first_x_us, head.last_x_us),
        width,
        height: HEIGHT,
        names_room: names::room(width),
    };
    plot::draw(&wanted).map(Rc::new)
}

/// How many recoveries are done, and how long they took.
fn progress(series: &Series) -> String {
    match (&series.head, series.done) {
        (_, Some((recoveries, wall_us))) => {
            count("charts.done", u64::from(recoveries), &[("wall", &format::duration(wall_us))])
        }
        (Some(head), None) => {
            t("charts.running", &[("done", &series.points.len().to_string()), ("all", &head.points.to_string())])
        }
        (None, None) => t("charts.waiting", &[]),
    }
}

/// Where the figures come from.
fn source(series: &Series) -> Html {
    let Some(head) = &series.head else {
        return Html::default();
    };
    let said = t(
        "charts.source",
        &[
            ("runs", &head.runs_per_point.to_string()),
            ("scale", &format::count(head.scale)),
            ("seed", &head.seed.to_string()),
        ],
    );
    html! { <p class="source">{ said }</p> }
}

/// The chart's points as they come. They are asked for once the page has a run on show, and again after a worker was lost meanwhile.
#[hook]
fn use_series(chart: Chart) -> Series {
    let session = use_session();
    let health = use_health();
    let run = use_run();
    let series = use_state(Series::default);
    let collected = use_mut_ref(Series::default);
    let ticket = use_mut_ref(|| None);

    let ready = run.is_there() && health.state == Connection::Ready;
    let wanted = ready && series.done.is_none() && (series.refused.is_none() || lost_worker(&series));
    let series_handle = series.clone();
    use_effect_with(wanted, move |wanted| {
        // A moment later, so that whatever the page itself is waiting for goes first.
        let later = wanted.then(|| {
            gloo_timers::callback::Timeout::new(250, move || {
                *collected.borrow_mut() = Series::default();
                let heard = {
                    let collected: Rc<RefCell<Series>> = Rc::clone(&collected);
                    Callback::from(move |reply: Reply| {
                        collected.borrow_mut().hear(reply);
                        series_handle.set(collected.borrow().clone());
                    })
                };
                *ticket.borrow_mut() = Some(session.ask(Request::Chart(chart), heard));
            })
        });
        move || drop(later)
    });
    (*series).clone()
}

/// Whether the points stopped coming because the worker was lost; then they may be asked for again.
fn lost_worker(series: &Series) -> bool {
    series.refused.as_ref().is_some_and(|problem| problem.code == "worker_crashed")
}
