//! What stands over the picture: how near and where to look, what to go to next, and the minimap.

use super::index::Sort;
use super::legend::legend;
use super::map::HEIGHT;
use super::{Deep, Msg};
use crate::format::{self, px};
use crate::timeline::axis::Scale;
use crate::timeline::hands::Hand;
use crate::view::{Tag, group, plain, tag};
use crate::words::{count, t};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

fn button(class: &str, key: &str, off: bool, click: Callback<Event>) -> Tag {
    tag("button", class).attr("type", "button").flag("disabled", off).text(t(key, &[])).on(ListenerKind::onclick, click)
}

/// A small one that shows a sign and has a name.
fn sign(sign: &str, key: &str, off: bool, click: Callback<Event>) -> Html {
    tag("button", "button is-quiet is-square")
        .attr("type", "button")
        .attr("aria-label", &t(key, &[]))
        .flag("disabled", off)
        .text(sign.to_owned())
        .on(ListenerKind::onclick, click)
        .html()
}

impl Deep {
    pub fn tools(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let all = self.window.is_all();
        let on = |msg: fn() -> Msg| link.callback(move |_: Event| msg());
        let scale = |scale: Scale, key: &str| {
            button("", key, false, link.callback(move |_| Msg::Scale(scale)))
                .attr("aria-pressed", if self.scale == scale { "true" } else { "false" })
                .html()
        };
        let scales = tag("div", "segmented")
            .attr("role", "group")
            .attr("aria-label", &t("timeline.scale", &[]))
            .child(scale(Scale::Time, "timeline.scale_time"))
            .child(scale(Scale::Lsn, "timeline.scale_lsn"))
            .html();
        let zoom = tag("div", "zoom")
            .attr("role", "group")
            .attr("aria-label", &t("timeline.zoom", &[]))
            .child(button("button is-quiet", "timeline.fit", all, on(|| Msg::Fit)).html())
            .child(sign("−", "timeline.zoom_out", all, on(|| Msg::Zoom(0.5))))
            .child(sign("+", "timeline.zoom_in", false, on(|| Msg::Zoom(2.0))))
            .html();
        let move_by = tag("div", "zoom")
            .attr("role", "group")
            .attr("aria-label", &t("deep.move", &[]))
            .child(sign("‹", "deep.earlier", self.window.from <= 0.0, on(|| Msg::Pan(-0.5))))
            .child(sign("›", "deep.later", self.window.to >= 1.0, on(|| Msg::Pan(0.5))))
            .child(button("button is-quiet", "deep.now", false, on(|| Msg::Now)).html())
            .child(button("button is-quiet", "deep.target", self.cut.is_none(), on(|| Msg::Target)).html())
            .html();
        group("div", "deep-tools", [self.finder(ctx), move_by, scales, zoom])
    }

    /// Which sort of event is gone to, and the way there.
    fn finder(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let index = self.depth.index();
        let options = Sort::ALL.into_iter().filter(|sort| index.has(*sort) || *sort == self.sort).map(|sort| {
            tag("option", "")
                .attr("value", sort.code())
                .flag("selected", sort == self.sort)
                .text(t(&format!("deep.sort.{}", sort.code()), &[]))
                .html()
        });
        let select = tag("select", "input")
            .attr("aria-label", &t("deep.sort", &[]))
            .all(options.collect())
            .on(ListenerKind::onchange, link.callback(Msg::Sort))
            .html();
        let next = |forward: bool| {
            let off = index.next(self.sort, self.step, forward).is_none();
            let (class, key) = if forward { ("is-next", "deep.next") } else { ("is-back", "deep.previous") };
            button(&format!("button is-quiet {class}"), key, off, link.callback(move |_| Msg::Next(forward))).html()
        };
        tag("div", "deep-finder")
            .attr("role", "group")
            .attr("aria-label", &t("deep.find", &[]))
            .all(vec![select, next(false), next(true)])
            .html()
    }

    /// The part in sight in words: "02:55:10 to 02:59:59, 214 records".
    pub fn said(&self) -> String {
        if !self.run.is_there() {
            return String::new();
        }
        let axis = self.stage.axis();
        let (from, to) = (axis.value(self.window.from), axis.value(self.window.to));
        let index = self.depth.index();
        let written = index.written(self.scale, self.step);
        let places = |value| written.place(&self.run, self.scale, value);
        let records = places(to).saturating_sub(places(from)) as u64;
        let label = |value: f64| match self.scale {
            Scale::Time => self.run.clock_ms(value.round() as i64),
            Scale::Lsn => format::lsn(value.max(0.0) as u64),
        };
        let records = count("deep.records", records, &[]);
        t("deep.window", &[("from", &label(from)), ("to", &label(to)), ("records", &records)])
    }

    pub fn minimap(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let pointer = |hand: Hand| link.callback(move |event| Msg::Map(hand, event));
        let middle = f64::midpoint(self.window.from, self.window.to);
        let percent = |share: f64| px(share * 100.0);
        let (from, wide) = (percent(self.window.from), percent(self.window.to - self.window.from));
        let window = tag("div", "deep-window")
            .key("window".to_owned())
            .attr("role", "slider")
            .attr("tabindex", "0")
            .attr("aria-label", &t("deep.map", &[]))
            .attr("aria-orientation", "horizontal")
            .attr("aria-valuemin", "0")
            .attr("aria-valuemax", "100")
            .attr("aria-valuenow", &(middle * 100.0).round().to_string())
            .attr("aria-valuetext", &self.said())
            .attr("style", &format!("inset-inline-start:min({from}%, 100% - 24px);inline-size:{wide}%"))
            .on(ListenerKind::onkeydown, link.callback(Msg::MapKey))
            .html();
        let canvas =
            tag("canvas", "").key("map".to_owned()).found_by(&self.map_canvas).attr("aria-hidden", "true").html();
        let (start, length) = if self.laid.down || self.laid.length < 1.0 {
            ("0".to_owned(), "100%".to_owned())
        } else {
            (format!("{}px", px(self.laid.start)), format!("{}px", px(self.laid.length)))
        };
        let strip = tag("div", "deep-map")
            .found_by(&self.map)
            .attr("style", &format!("margin-inline-start:{start};inline-size:{length};block-size:{}px", px(HEIGHT)))
            .on(ListenerKind::onpointerdown, pointer(Hand::Down))
            .on(ListenerKind::onpointermove, pointer(Hand::Move))
            .on(ListenerKind::onpointerup, pointer(Hand::Up))
            .on(ListenerKind::onpointercancel, pointer(Hand::Cancel))
            .child(canvas)
            .child(
                tag("canvas", "deep-map-mark")
                    .key("mark".to_owned())
                    .found_by(&self.map_mark)
                    .attr("aria-hidden", "true")
                    .html(),
            )
            .child(window)
            .html();
        group("div", "deep-strip", [strip])
    }

    /// The same, for those who see it and those who hear it, when it has come to rest.
    pub fn window_line(&self) -> Html {
        let line = tag("p", "deep-says").attr("aria-live", "polite").text(self.rested.clone()).html();
        group("div", "deep-line", [line, legend(), plain("p", "deep-hint", t("deep.hint", &[]))])
    }
}
