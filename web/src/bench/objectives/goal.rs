//! A goal, and which policies meet it: how far each is from it, which knob is cheapest to turn, and what there is to say of the chosen policy.

use super::charting::{measure, say, say_turned};
use super::{Msg, Objectives, choices};
use crate::charts::data::{Unit, written};
use crate::format;
use crate::state::value_of;
use crate::tables::grid::{grid, head_cell, word};
use crate::tables::mark::{Sign, mark};
use crate::view::{group, none, plain, tag};
use crate::words::{count, t};
use pitr_protocol::sweep::{Conclusion, GoalSpec, Judged, MarginTold, Said};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

const MINUTE_US: f64 = 60_000_000.0;
const DAY_US: i64 = 86_400_000_000;
/// Policies that are shown at first.
const SHOWN: usize = 8;
/// The most that a field is read as: far beyond whatever can be met.
const MOST: f64 = 1e9;

/// What may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Rto,
    Rpo,
    Cost,
}

impl Field {
    const ALL: [Field; 3] = [Field::Rto, Field::Rpo, Field::Cost];

    /// The metric that it is about.
    fn metric(self) -> &'static str {
        match self {
            Field::Rto => "rto",
            Field::Rpo => "rpo",
            Field::Cost => "cost",
        }
    }
}

/// The goal as it was typed: minutes, minutes, dollars a month; empty is anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    typed: [String; 3],
}

impl Default for Goal {
    fn default() -> Goal {
        Goal { typed: ["20", "1", ""].map(str::to_owned) }
    }
}

impl Goal {
    pub fn set(&mut self, field: Field, text: String) {
        self.typed[field as usize] = text;
    }

    /// What was typed as a number; `None` for anything, `Some(None)` for what is none.
    fn number(&self, field: Field) -> Option<Option<f64>> {
        let text = self.typed[field as usize].trim().replace(',', ".");
        if text.is_empty() {
            return None;
        }
        Some(text.parse().ok().filter(|number: &f64| (0.0..MOST).contains(number)))
    }

    /// What must hold.
    pub fn spec(&self) -> GoalSpec {
        let read = |field| self.number(field).flatten();
        let span = |field| read(field).map(|minutes| (minutes * MINUTE_US) as i64);
        let dollars = read(Field::Cost).map(|dollars| (dollars * 1e6) as u64);
        GoalSpec { rto_us: span(Field::Rto), rpo_us: span(Field::Rpo), micro_dollars: dollars }
    }
}

/// The form and the answer.
pub fn goal(objectives: &Objectives, ctx: &Context<Objectives>) -> Html {
    let title = tag("h3", "panel-title").attr("id", "goal-title").text(t("objectives.goal", &[])).html();
    let fields = Field::ALL.iter().map(|field| input(objectives, *field, ctx)).collect();
    let answer = match objectives.concluded() {
        Some(conclusion) => answer(objectives, conclusion, ctx),
        None => plain("p", "chart-note", t("objectives.goal.waiting", &[])),
    };
    tag("section", "panel goal")
        .attr("aria-labelledby", "goal-title")
        .child(title)
        .child(plain("p", "chart-reading", t("objectives.goal.reading", &[])))
        .child(tag("div", "goal-fields").all(fields).html())
        .child(answer)
        .html()
}

fn input(objectives: &Objectives, field: Field, ctx: &Context<Objectives>) -> Html {
    let id = word("goal-", field.metric(), "");
    let label = tag("label", "form-label").attr("for", &id);
    let heard = ctx.link().callback(move |event: Event| Msg::Goal(field, value_of(&event)));
    let wrong = objectives.goal.number(field) == Some(None);
    let input = tag("input", "input")
        .attr("id", &id)
        .attr("inputmode", "decimal")
        .attr("autocomplete", "off")
        .attr("placeholder", &t("objectives.goal.any", &[]))
        .attr("aria-invalid", if wrong { "true" } else { "false" })
        .value(&objectives.goal.typed[field as usize])
        .on(ListenerKind::oninput, heard);
    let note = if wrong { plain("p", "inline-problem", t("objectives.goal.wrong", &[])) } else { none() };
    let label = label.text(t(&word("objectives.goal.", field.metric(), ""), &[])).html();
    group("div", "policy-field", [label, input.html(), note])
}

fn answer(objectives: &Objectives, conclusion: &Conclusion, ctx: &Context<Objectives>) -> Html {
    let meeting = conclusion.judged.iter().filter(|judged| judged.meets).count() as u64;
    let all = format::count(conclusion.judged.len() as u64);
    let verdict = match conclusion.current_meets {
        Some(true) => verdict(Sign::In, t("objectives.goal.met", &[])),
        Some(false) => verdict(Sign::Out, t("objectives.goal.missed", &[])),
        None => none(),
    };
    let margins = current(conclusion)
        .map_or_else(none, |judged| tag("ul", "goal-margins").all(judged.margins.iter().map(margin).collect()).html());
    let cheapest = match (&conclusion.cheapest_knob, conclusion.current_meets) {
        (_, Some(true)) => none(),
        (Some(turn), _) => {
            let judged = conclusion.judged.iter().find(|judged| judged.point == turn.point);
            let cost = judged.and_then(|judged| judged.micro_dollars).map_or_else(String::new, format::dollars);
            let knob = t(&word("objectives.knob.", &turn.knob, ""), &[]);
            let to = choices::said(&turn.knob, turn.to, &[]);
            plain("p", "goal-cheapest", t("objectives.goal.cheapest", &[("knob", &knob), ("to", &to), ("cost", &cost)]))
        }
        (None, _) => plain("p", "goal-cheapest", t("objectives.goal.no_knob", &[])),
    };
    let found = conclusion.findings.iter().map(|said| plain("li", "", finding(said))).collect();
    tag("div", "goal-answer")
        .child(
            tag("div", "goal-verdict")
                .attr("role", "status")
                .child(verdict)
                .child(plain("p", "", count("objectives.goal.count", meeting, &[("all", &all)])))
                .html(),
        )
        .child(margins)
        .child(cheapest)
        .child(policies(objectives, conclusion, ctx))
        .child(tag("ul", "goal-findings").all(found).html())
        .html()
}

fn verdict(sign: Sign, said: String) -> Html {
    tag("p", "goal-word").child(mark(sign)).child(plain("strong", "", said)).html()
}

fn current(conclusion: &Conclusion) -> Option<&Judged> {
    conclusion.judged.iter().find(|judged| Some(judged.point) == conclusion.current)
}

fn unit(metric: &str) -> Unit {
    if metric == "cost" { Unit::Money } else { Unit::Time }
}

fn in_words(metric: &str, value: u64) -> String {
    written(unit(metric), i64::try_from(value).unwrap_or(i64::MAX))
}

/// `RPO 5 min 2 s, wanted 1 min: 402 % too much`.
fn margin(margin: &MarginTold) -> Html {
    let name = t(&word("objectives.metric.", &margin.metric, ""), &[]);
    let wanted = in_words(&margin.metric, margin.wanted);
    let Some((got, thousandths)) = margin.got.zip(margin.thousandths) else {
        return plain("li", "", t("objectives.margin.none", &[("metric", &name), ("wanted", &wanted)]));
    };
    let (got, share) = (in_words(&margin.metric, got), format::percent(thousandths.abs()));
    let key = if thousandths >= 0 { "objectives.margin.better" } else { "objectives.margin.worse" };
    plain("li", "", t(key, &[("metric", &name), ("got", &got), ("wanted", &wanted), ("share", &share)]))
}

/// The policies that meet the goal, the cheapest first; if none does, those that come nearest.
fn policies(objectives: &Objectives, conclusion: &Conclusion, ctx: &Context<Objectives>) -> Html {
    let points = objectives.around_points();
    let meets = conclusion.judged.iter().any(|judged| judged.meets);
    let judged: Vec<&Judged> = conclusion.judged.iter().filter(|judged| judged.meets == meets).take(SHOWN).collect();
    let rows = judged.iter().filter_map(|judged| {
        let point = points.iter().find(|point| point.number == judged.point)?;
        let said = say_turned(&judged.turned);
        let policy = tag("th", "").attr("scope", "row").text(said.clone()).html();
        let open = |metric: &'static str| {
            let Some(spread) = measure(point, metric).and_then(|measure| measure.spread) else {
                return plain("td", "is-number", String::new());
            };
            let (value, run) = (in_words(metric, spread.worst.0), spread.worst.1);
            let label = t("charts.open_worst", &[("value", &value), ("policy", &said)]);
            let heard = ctx.link().callback(move |_| Msg::OpenAround { run, of_loss: metric == "rpo" });
            let button = tag("button", "link").attr("type", "button").attr("aria-label", &label);
            group("td", "is-number", [button.on(ListenerKind::onclick, heard).text(value).html()])
        };
        let cost = judged.micro_dollars.map_or_else(String::new, format::dollars);
        let cells = [policy, open("rto"), open("rpo"), plain("td", "is-number", cost), nearest(judged)];
        Some(group("tr", "", cells))
    });
    let rows: Vec<Html> = rows.collect();
    let head = ["policy", "rto", "rpo", "cost", "margin"].map(|column| {
        let class = if matches!(column, "policy" | "margin") { "" } else { "is-number" };
        head_cell(class, t(&word("objectives.goal.column.", column, ""), &[]))
    });
    let caption = t(if meets { "objectives.goal.meeting" } else { "objectives.goal.nearest" }, &[]);
    grid(&caption, "grid", (rows.len(), head.len()), group("tr", "", head), rows)
}

/// By how much a policy meets the goal where that is least, or misses it where that is most.
fn nearest(judged: &Judged) -> Html {
    let least = judged.margins.iter().filter_map(|margin| Some((margin.thousandths?, margin))).min_by_key(|it| it.0);
    let Some((thousandths, margin)) = least else { return plain("td", "", String::new()) };
    let name = t(&word("objectives.metric.", &margin.metric, ""), &[]);
    let share = format::percent(thousandths.abs());
    let key = if thousandths >= 0 { "objectives.margin.short_better" } else { "objectives.margin.short_worse" };
    plain("td", "", t(key, &[("metric", &name), ("share", &share)]))
}

/// What there is to say of the chosen policy; windows of days in days.
fn finding(said: &Said) -> String {
    let number = |name: &str| said.params.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
    if let (Some(window), held) = (number("window").filter(|window| *window >= DAY_US), number("held")) {
        let (window, held) = (format::days(window), held.map_or_else(String::new, format::days));
        return t(&word("objectives.finding_days.", &said.key, ""), &[("window", &window), ("held", &held)]);
    }
    say("objectives.finding.", said, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_read_as_it_is_typed() {
        let mut goal = Goal::default();
        assert_eq!(
            goal.spec(),
            GoalSpec { rto_us: Some(1_200_000_000), rpo_us: Some(60_000_000), micro_dollars: None }
        );
        goal.set(Field::Rpo, "0,5".to_owned());
        goal.set(Field::Cost, " 12.5 ".to_owned());
        goal.set(Field::Rto, "soon".to_owned());
        assert_eq!(goal.spec(), GoalSpec { rto_us: None, rpo_us: Some(30_000_000), micro_dollars: Some(12_500_000) });
        assert_eq!(goal.number(Field::Rto), Some(None));
        goal.set(Field::Rto, "-1".to_owned());
        assert_eq!(goal.number(Field::Rto), Some(None));
    }

    #[test]
    fn a_window_is_said_in_days() {
        let params = vec![("window".to_owned(), 35 * DAY_US), ("held".to_owned(), 332 * DAY_US / 10)];
        let said = finding(&Said { key: "window_holds".to_owned(), params });
        assert!(said.contains("35-day") && said.contains("33.2 days"), "{said}");
        let params = vec![("window".to_owned(), DAY_US / 2), ("held".to_owned(), DAY_US / 4)];
        assert!(finding(&Said { key: "window_holds".to_owned(), params }).contains("6 h"));
    }
}
