//! What became of a choice: right or not, why, and what the engine found when it did what the choice says.

use crate::format;
use crate::report::outcome_sentence;
use crate::state::{Action, Run, use_run, use_session};
use crate::tables::diff;
use crate::tables::grid::{DiffWords, Difference};
use crate::tables::mark::{Mark, Sign};
use crate::tables::scroller::Scroller;
use crate::words::{problem, t};
use pitr_protocol::{Consequence, Grade, MeasuredRow, Report, ScriptSource, Table};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq, Debug)]
pub struct GradeProps {
    pub grade: Rc<Grade>,
}

#[component]
pub fn GradeCard(GradeProps { grade }: &GradeProps) -> Html {
    let run = use_run();
    let sign = if grade.right { Sign::In } else { Sign::Out };
    html! {
        <div class={classes!("grade", if grade.right { "is-right" } else { "is-wrong" })}>
            <p class="grade-verdict"><Mark {sign} /><strong>{ t(if grade.right { "quiz.right" } else { "quiz.wrong" }, &[]) }</strong></p>
            <p class="grade-why">{ &grade.explanation }</p>
            { consequence(&run, &grade.consequence) }
        </div>
    }
}

fn consequence(run: &Run, consequence: &Consequence) -> Html {
    match consequence {
        Consequence::Recovered { report, recovered, wanted, script } => html! {
            <>
                { ran(run, report) }
                { differences(run, recovered, wanted) }
                <OpenRun script={script.clone()} />
            </>
        },
        Consequence::Failed { problem: failed, script } => html! {
            <>
                <p class="grade-ran">{ t("quiz.ran_failed", &[]) }</p>
                <p class="inline-problem"><Mark sign={Sign::Warning} />{ problem(failed) }</p>
                <OpenRun script={script.clone()} />
            </>
        },
        Consequence::Measured { rows } => measured(rows),
    }
}

fn ran(run: &Run, report: &Report) -> Html {
    html! { <p class="grade-ran">{ t("quiz.ran", &[("outcome", &outcome_sentence(run, report))]) }</p> }
}

/// Each table against the one that was to be had; those that are the same in one sentence.
fn differences(run: &Run, recovered: &[Table], wanted: &[Table]) -> Html {
    let zone_offset_s = run.head.zone_offset_s;
    let grids = diff::names(recovered, wanted).into_iter().map(|name| {
        let (gave, had) = (diff::named(recovered, name), diff::named(wanted, name));
        let difference = diff::difference(had, gave);
        if difference.is_same() {
            let params = [("name", name), ("count", &format::count(u64::from(difference.kept)))];
            return html! { <p class="grade-same"><Mark sign={Sign::In} />{ t("quiz.table_right", &params) }</p> };
        }
        let columns = gave.or(had).map(|table| table.columns.clone()).unwrap_or_default();
        let caption = t("quiz.table_wrong", &[("name", name)]);
        html! { <Difference {columns} diff={difference} {caption} words={DiffWords::Answer} {zone_offset_s} /> }
    });
    html! { <div class="grade-tables">{ for grids }</div> }
}

/// What turning the knob did to each objective.
fn measured(rows: &[MeasuredRow]) -> Html {
    let lines = rows.iter().map(|row| {
        let changed = row.before != row.after;
        html! {
            <tr class={changed.then_some("is-changed")}>
                <th scope="row">{ t(&format!("objective.{}", row.objective), &[]) }</th>
                <td class="is-number">{ amount(&row.objective, row.before) }</td>
                <td class="is-number">{ amount(&row.objective, row.after) }</td>
                <td class="grid-word">
                    <Mark sign={if changed { Sign::Changed } else { Sign::Kept }} />
                    { t(if changed { "quiz.moved" } else { "quiz.not_moved" }, &[]) }
                </td>
            </tr>
        }
    });
    let caption = AttrValue::from(t("quiz.measured", &[]));
    html! {
        <Scroller label={caption.clone()}>
            <table class="grid grade-measured">
                <caption>{ caption.clone() }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ t("quiz.objective", &[]) }</th>
                        <th scope="col" class="is-number">{ t("quiz.before", &[]) }</th>
                        <th scope="col" class="is-number">{ t("quiz.after", &[]) }</th>
                        <th scope="col">{ t("quiz.effect", &[]) }</th>
                    </tr>
                </thead>
                <tbody>{ for lines }</tbody>
            </table>
        </Scroller>
    }
}

/// An objective's value in its unit.
fn amount(objective: &str, value: i64) -> String {
    match objective {
        "storage" => format::bytes(value.max(0) as u64),
        "granularity" => crate::words::count("quiz.commits", value.max(0) as u64, &[]),
        _ => format::duration(value),
    }
}

#[derive(Properties, PartialEq, Debug)]
struct OpenProps {
    script: String,
}

/// Opens the run that was just graded, in the lab.
#[component]
fn OpenRun(OpenProps { script }: &OpenProps) -> Html {
    let session = use_session();
    let script = script.clone();
    let open = Callback::from(move |_: MouseEvent| {
        session.act(Action::Load(ScriptSource::Text(script.clone())));
        crate::charts::show_top();
    });
    html! { <p><button type="button" class="button" onclick={open}>{ t("quiz.open", &[]) }</button></p> }
}
