//! One chart: draws what it is given for the width that it has, and tells which run is to be opened.

use super::data::{ChartData, Form};
use super::download::{Colours, Kind, save};
use super::marks::{Place, legend, mark_id, marks, step};
use super::names;
use super::plot::{self, Drawn, Wanted};
use super::size::Width;
use super::table::points_table;
use crate::tables::grid::word;
use crate::view::{group, none, plain, tag};
use crate::words::t;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// How tall a chart is drawn, in pixels.
const HEIGHT: u32 = 300;

#[derive(Properties, PartialEq, Debug)]
pub struct FigureProps {
    pub data: Rc<ChartData>,
    /// Hears the number of a run that is to be opened.
    pub open: Callback<u32>,
}

/// What reaches a chart.
#[derive(Debug)]
pub enum Msg {
    Width(u32),
    /// A mark is looked at, or none is any more.
    Look(Option<Place>),
    /// The mark that the Tab key finds.
    Stand(Place),
    /// A key was pressed on a mark.
    Key(KeyboardEvent),
    Save(Kind),
}

/// One chart as it is drawn.
#[derive(Debug, Default)]
pub struct ChartFigure {
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

    fn create(_: &Context<Self>) -> ChartFigure {
        ChartFigure::default()
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &FigureProps) -> bool {
        self.draw(ctx);
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first && let Some(place) = self.place.cast::<Element>() {
            self.watched = Width::watch(place, ctx.link().callback(Msg::Width));
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Width(width) => {
                self.width = Some(width);
                self.draw(ctx);
            }
            Msg::Look(place) => self.looked_at = place,
            Msg::Stand(place) => (self.standing, self.looked_at) = (place, Some(place)),
            Msg::Key(event) => {
                let data = &ctx.props().data;
                if let Some(next) = step(self.standing, &event.key(), data.dots.len(), data.levels()) {
                    event.prevent_default();
                    // At once: another key may come before the focus has been heard of.
                    (self.standing, self.looked_at) = (next, Some(next));
                    self.focus(next);
                    return true;
                }
                return false;
            }
            Msg::Save(kind) => {
                let colours = self.place.cast::<Element>().and_then(|place| Colours::of(&place));
                if let Some((drawn, colours)) = self.drawn.as_ref().zip(colours) {
                    save(kind, &ctx.props().data, drawn, &colours);
                }
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let data = ctx.props().data.as_ref();
        let name = data.code;
        let id = word("chart-", name, "");
        let said = |part: &str| t(&word("charts.", name, part), &[]);
        let title = tag("h3", "panel-title").attr("id", &id).text(said(".title"));
        let remarks = data.remarks.iter().map(|remark| plain("p", "chart-remark", remark.clone())).collect();
        tag("figure", "panel chart")
            .attr("aria-labelledby", &id)
            .child(group("figcaption", "", [title.html(), plain("p", "chart-note", data.progress.clone())]))
            .child(plain("p", "chart-reading", said(".reading")))
            .child(plain("p", "chart-axis", data.y.clone()))
            .child(self.picture(ctx))
            .child(plain("p", "chart-axis is-x", said(".x")))
            .child(legend(data))
            .child(tag("div", "chart-remarks").all(remarks).html())
            .child(points_table(ctx))
            .child(self.foot(ctx))
            .html()
    }
}

impl ChartFigure {
    fn draw(&mut self, ctx: &Context<Self>) {
        let data = ctx.props().data.as_ref();
        self.drawn = self.width.and_then(|width| {
            let names_room = names::room(width, data.form == Form::Bands);
            plot::draw(&Wanted { data, width, height: HEIGHT, names_room })
        });
    }

    /// The picture, and over it the names of the lines and the marks.
    fn picture(&self, ctx: &Context<Self>) -> Html {
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
            .all(marks(ctx, drawn, (self.standing, self.looked_at)));
        place
            .child(Html::from_html_unchecked(AttrValue::from(drawn.svg.clone())))
            .child(names::of_lines(drawn))
            .child(over.html())
            .html()
    }

    fn focus(&self, place: Place) {
        let marks = self.marks.cast::<Element>();
        let wanted = ["[data-mark=\"", &mark_id(place), "\"]"].concat();
        let mark = marks.and_then(|marks| marks.query_selector(&wanted).ok().flatten());
        if let Some(mark) = mark.and_then(|mark| mark.dyn_into::<HtmlElement>().ok()) {
            let _ = mark.focus();
        }
    }

    /// Where the figures come from, and the chart to be taken along.
    fn foot(&self, ctx: &Context<Self>) -> Html {
        let data = ctx.props().data.as_ref();
        if data.dots.is_empty() {
            return none();
        }
        let title = t(&word("charts.", data.code, ".title"), &[]);
        let button = |kind: Kind| {
            let label = t("charts.download", &[("kind", &kind.said()), ("chart", &title)]);
            tag("button", "button is-quiet")
                .attr("type", "button")
                .attr("aria-label", &label)
                .on(ListenerKind::onclick, ctx.link().callback(move |_| Msg::Save(kind)))
                .text(kind.said())
                .html()
        };
        let buttons = tag("div", "chart-files").all(Kind::ALL.map(button).to_vec()).html();
        group("div", "chart-foot", [plain("p", "source", data.source.clone()), buttons])
    }
}
