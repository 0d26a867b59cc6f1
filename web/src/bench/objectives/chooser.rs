//! The policy: where it begins, what each knob is turned to, what goes wrong, and from which seed.

use super::choices::{FAMILIES, choices, said};
use super::sweeps::stands;
use super::{Msg, Objectives};
use crate::format;
use crate::state::value_of;
use crate::tables::grid::word;
use crate::tables::mark::problem_line;
use crate::view::{Tag, group, none, plain, tag};
use crate::words::t;
use pitr_protocol::sweep::Known;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// All disasters together, each as often as the others.
pub const EACH: &str = "each";
/// How much later a wrong DELETE is noticed, or how long nothing has come to the archive, in the engine's text form.
const DELAYS: [&str; 6] = ["1m", "5m", "20m", "30m", "1h", "4h"];

/// The whole form.
pub fn chooser(objectives: &Objectives, ctx: &Context<Objectives>) -> Html {
    let Some(known) = &objectives.known else { return none() };
    let first = group(
        "div",
        "policy-first",
        [presets(objectives, known, ctx), disasters(objectives, known, ctx), seed(objectives, ctx)],
    );
    let families = FAMILIES.iter().map(|(family, knobs)| {
        let legend = plain("legend", "", t(&word("objectives.family.", family, ""), &[]));
        let knobs = knobs.iter().map(|name| knob(objectives, known, name, ctx)).collect();
        group("fieldset", "policy-family", [legend, tag("div", "policy-knobs").all(knobs).html()])
    });
    let families = tag("div", "policy-families").all(families.collect()).html();
    let summary = plain("summary", "", t("objectives.knobs", &[]));
    tag("div", "policy")
        .child(first)
        .child(people(objectives, ctx))
        .child(group("details", "policy-details", [summary, families, as_text(objectives, ctx)]))
        .html()
}

/// A label with its control.
fn field(id: &str, label: String, control: Tag) -> Html {
    let label = tag("label", "form-label").attr("for", id).text(label).html();
    group("div", "policy-field", [label, control.attr("id", id).html()])
}

/// A choice among named values.
fn select(options: Vec<(String, String)>, chosen: &str, heard: Callback<Event>) -> Tag {
    let options = options.into_iter().map(|(value, said)| {
        tag("option", "").attr("value", &value).flag("selected", value == chosen).text(said).html()
    });
    tag("select", "input").value(chosen).on(ListenerKind::onchange, heard).all(options.collect())
}

fn presets(objectives: &Objectives, known: &Known, ctx: &Context<Objectives>) -> Html {
    let heard = ctx.link().callback(|event: Event| Msg::Preset(value_of(&event)));
    let mut options: Vec<(String, String)> =
        known.presets.iter().map(|(name, _)| (name.clone(), t(&word("objectives.preset.", name, ""), &[]))).collect();
    let chosen = objectives.preset.as_deref().unwrap_or("");
    if chosen.is_empty() {
        options.insert(0, (String::new(), t("objectives.preset_own", &[])));
    }
    field("objectives-preset", t("objectives.presets", &[]), select(options, chosen, heard))
}

fn knob(objectives: &Objectives, known: &Known, name: &'static str, ctx: &Context<Objectives>) -> Html {
    let Some(policy) = &objectives.policy else { return none() };
    let waiting = objectives.turned.iter().rev().find(|(knob, _)| knob == name);
    let value = waiting.map_or_else(|| stands(policy, name), |(_, to)| *to);
    let options = choices(name, value).into_iter().map(|value| (value.to_string(), said(name, value, &known.stores)));
    let heard = ctx.link().batch_callback(move |event: Event| Some(Msg::Knob(name, value_of(&event).parse().ok()?)));
    let control = select(options.collect(), &value.to_string(), heard);
    field(&word("objectives-knob-", name, ""), t(&word("objectives.knob.", name, ""), &[]), control)
}

fn disasters(objectives: &Objectives, known: &Known, ctx: &Context<Objectives>) -> Html {
    let name = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
    let mut options: Vec<(String, String)> = known
        .disasters
        .iter()
        .map(|text| (name(text), t(&word("objectives.disaster.", &name(text), ""), &[])))
        .collect();
    options.push((EACH.to_owned(), t("objectives.disaster_each", &[])));
    let chosen = &objectives.disaster;
    let heard = ctx.link().callback(|event: Event| Msg::Disaster(value_of(&event)));
    let control = field("objectives-disaster", t("objectives.disasters", &[]), select(options, &chosen.0, heard));
    let Some(delay) = &chosen.1 else { return control };
    let label = t(&word("objectives.delay.", &chosen.0, ""), &[]);
    let delays = DELAYS.iter().map(|text| ((*text).to_owned(), delay_text(text)));
    let heard = ctx.link().callback(|event: Event| Msg::Delay(value_of(&event)));
    let delay = field("objectives-delay", label, select(delays.collect(), delay, heard));
    group("div", "policy-pair", [control, delay])
}

/// `20m` as it is read: `20 min`.
fn delay_text(text: &str) -> String {
    let (number, unit) = text.split_at(text.len().saturating_sub(1));
    let unit_us = if unit == "h" { 3_600_000_000 } else { 60_000_000 };
    format::duration(number.parse().unwrap_or(0) * unit_us)
}

fn seed(objectives: &Objectives, ctx: &Context<Objectives>) -> Html {
    let heard = ctx.link().callback(|event: Event| Msg::Seed(value_of(&event)));
    let typed = ctx.link().callback(|event: Event| Msg::TypedSeed(value_of(&event)));
    let is_wrong = objectives.seed_text.as_ref().is_some_and(|text| text.trim().parse::<u64>().is_err());
    let input = tag("input", "input is-code")
        .attr("aria-invalid", if is_wrong { "true" } else { "false" })
        .attr("inputmode", "numeric")
        .attr("autocomplete", "off")
        .attr("maxlength", "19")
        .value(objectives.seed_text.as_ref().unwrap_or(&objectives.seed.to_string()))
        .on(ListenerKind::oninput, typed)
        .on(ListenerKind::onchange, heard);
    let another = tag("button", "button is-quiet")
        .attr("type", "button")
        .on(ListenerKind::onclick, ctx.link().callback(|_| Msg::OtherSeed))
        .text(t("objectives.seed.other", &[]));
    let input = field("objectives-seed", t("objectives.seed", &[]), input);
    group("div", "policy-pair", [input, another.html()])
}

/// Whether what people take is part of a recovery time.
fn people(objectives: &Objectives, ctx: &Context<Objectives>) -> Html {
    let input = tag("input", "")
        .attr("type", "checkbox")
        .checked(objectives.people)
        .on(ListenerKind::onchange, ctx.link().callback(|_| Msg::People));
    tag("label", "check policy-people").child(input.html()).text(t("objectives.people", &[])).html()
}

/// All of the policy as text: what no knob turns can be had there, too.
fn as_text(objectives: &Objectives, ctx: &Context<Objectives>) -> Html {
    let Some(policy) = &objectives.policy else { return none() };
    let heard = ctx.link().callback(|event: Event| Msg::Text(value_of(&event)));
    let typed = ctx.link().callback(|event: Event| Msg::TypedText(value_of(&event)));
    let id = "objectives-text";
    let text = tag("textarea", "input is-code policy-text")
        .attr("rows", "4")
        .attr("spellcheck", "false")
        .attr("aria-describedby", "objectives-text-note")
        .attr("aria-invalid", if objectives.text_problem.is_some() { "true" } else { "false" })
        .value(objectives.text.as_deref().unwrap_or(&policy.text))
        .on(ListenerKind::oninput, typed)
        .on(ListenerKind::onchange, heard);
    let note = tag("p", "source").attr("id", "objectives-text-note").text(t("objectives.text.note", &[])).html();
    let problem = objectives.text_problem.as_ref().map_or_else(none, problem_line);
    let problem = tag("div", "").attr("role", "alert").child(problem).html();
    group("div", "policy-as-text", [field(id, t("objectives.text", &[]), text), note, problem])
}
