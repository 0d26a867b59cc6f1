//! The objectives charts: RTO against snapshot cadence and RPO against archive interval.
//!
//! Each point is a number of recoveries that the worker runs once it is there; points are drawn as they come. A chart belongs to no run,
//! so it stays when another run is loaded. Plotters draws axes, band and lines ([`plot`]); marks, names and the table behind it
//! are the page's own.

mod axis;
mod figure;
mod marks;
mod names;
mod plot;
mod size;
mod table;

use crate::state::{Action, Session};
use crate::view::show_top;
use crate::words::t;
use figure::ChartFigure;
use pitr_protocol::{Chart, ScriptSource};
use yew::prelude::*;

/// The code by which files of languages name a chart.
fn code(chart: Chart) -> &'static str {
    match chart {
        Chart::RtoAgainstCadence => "rto",
        Chart::RpoAgainstInterval => "rpo",
    }
}

/// Both charts. `ready`: the worker can be asked; `archive_timeout_us`: of the run on show.
pub fn charts(session: &Session, ready: bool, archive_timeout_us: i64) -> Html {
    html! {
        <section class="charts" aria-labelledby="charts-title">
            <h2 id="charts-title" class="visually-hidden">{ t("charts.title", &[]) }</h2>
            <ChartFigure chart={Chart::RtoAgainstCadence} session={session.clone()} {ready} yours={None::<i64>} />
            <ChartFigure chart={Chart::RpoAgainstInterval} session={session.clone()} {ready} yours={Some(archive_timeout_us)} />
        </section>
    }
}

/// Opens a run in the lab.
fn open_run(session: &Session, script: &str) -> Callback<Event> {
    let (session, script) = (session.clone(), script.to_owned());
    Callback::from(move |_: Event| {
        session.act(Action::Load(ScriptSource::Text(script.clone())));
        show_top();
    })
}
