//! A question as a card: asked, answered, answered back, and asked anew with another seed as often as somebody likes.
//!
//! Which answer is right is known to the worker alone. A worker that goes down costs nothing: the same source and seed are the same question.

mod answers;

use super::engine::{self, Member};
use super::given::Given;
use super::ordering::ordering;
use super::prose::prose;
use super::result::{Confidence, result};
use crate::bench::{bus, hub};
use crate::state::{Ticket, View};
use crate::tables::mark::problem_line;
use crate::view::{group, none, plain, show_top, tag};
use crate::words::t;
use answers::evidence;
use pitr_protocol::questions::{Answer, Ask, Posed, Told, Verdict, Way};
use pitr_protocol::{Along, AtTarget, Problem, TargetKind, TargetSpec};
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// A question that has brought so many engines down is not tried again.
const MOST_CRASHES: u32 = 2;
/// The code of what is told then.
const CRASHED: &str = "worker_crashed";

thread_local! {
    static CARDS: Cell<u32> = const { Cell::new(0) };
}

#[derive(Properties, PartialEq, Debug)]
pub struct CardProps {
    /// `TEMPLATE-ID`, or `FILE-STEM/QUESTION-ID`.
    pub source: AttrValue,
    pub seed: u64,
    /// Hears of the first answer to each question whether it was right.
    #[prop_or_default]
    pub on_answered: Callback<bool>,
    /// Gives the card another seed, if somebody asks for another question; without it the card does so itself.
    #[prop_or_default]
    pub on_another: Option<Callback<u64>>,
}

/// What reaches the card.
#[derive(Debug, Clone)]
pub enum Msg {
    Engine,
    Told(Box<Told>),
    Choose(u32),
    Text(String),
    /// Of an order: from a place to another, by a button whose id has this in it.
    Put {
        from: usize,
        to: usize,
        by: String,
    },
    Drag(Option<usize>),
    DragTo(usize),
    Feel(Confidence),
    Check,
    /// The lab's own target is the answer.
    CheckTarget,
    Another,
    /// The same once more, of which nothing came.
    Again,
    OpenInLab,
    Back,
    Hub(hub::Heard),
}

/// A question and what was made of it.
#[derive(Debug)]
pub struct Card {
    name: String,
    seed: u64,
    posed: Option<Posed>,
    given: Option<Given>,
    confidence: Option<Confidence>,
    /// An answer that is being graded.
    judging: Option<Answer>,
    verdict: Option<Box<Verdict>>,
    /// Whether it was answered in a way that could be read.
    is_answered: bool,
    refused: Option<Problem>,
    crashes: u32,
    dragged: Option<usize>,
    /// What has the keyboard next.
    focus: Option<String>,
    /// What is said to those who do not see an item move.
    announced: String,
    /// What the lab has: its script, and the target that somebody has chosen.
    script: Option<String>,
    target: Option<TargetSpec>,
    /// The history is on its way to the lab; and the target that it was given then, so that the lab's proposal gives nothing away.
    opening: bool,
    aimed: String,
    root: NodeRef,
    ticket: Option<Ticket>,
    _engine: Member,
    _hub: hub::Member,
}

impl Component for Card {
    type Message = Msg;
    type Properties = CardProps;

    fn create(ctx: &Context<Self>) -> Card {
        let number = CARDS.replace(CARDS.get() + 1);
        Card {
            name: ["question-", &number.to_string()].concat(),
            seed: ctx.props().seed,
            posed: None,
            given: None,
            confidence: None,
            judging: None,
            verdict: None,
            is_answered: false,
            refused: None,
            crashes: 0,
            dragged: None,
            focus: None,
            announced: String::new(),
            script: None,
            target: None,
            opening: false,
            aimed: String::new(),
            root: NodeRef::default(),
            ticket: None,
            _engine: engine::join(ctx.link().callback(|()| Msg::Engine)),
            _hub: hub::join(ctx.link().callback(Msg::Hub)),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &CardProps) -> bool {
        if old.source != ctx.props().source || old.seed != ctx.props().seed {
            self.begin(ctx, ctx.props().seed);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Engine => match self.judging.clone() {
                Some(answer) => self.judge(ctx, answer),
                None if self.posed.is_none() && self.refused.is_none() => self.ask(ctx),
                None => return false,
            },
            Msg::Told(told) => self.told(ctx, *told),
            Msg::Choose(choice) => self.change(|given| given.choose(choice)),
            Msg::Text(text) => self.change(|given| *given = Given::Text(text)),
            Msg::Put { from, to, by } => self.put(from, to, Some(&by)),
            Msg::Drag(at) => self.dragged = at,
            Msg::DragTo(to) => {
                let Some(from) = self.dragged.filter(|from| *from != to) else { return false };
                self.put(from, to, None);
                self.dragged = Some(to);
            }
            Msg::Feel(confidence) => self.confidence = Some(confidence),
            Msg::Check => {
                let Some(answer) = self.given.as_ref().and_then(Given::answer) else { return false };
                self.judge(ctx, answer);
            }
            Msg::CheckTarget => {
                let Some(target) = self.target.clone() else { return false };
                self.given = Some(Given::Target(Some(target.clone())));
                self.show();
                self.judge(ctx, Answer::Target(target));
            }
            Msg::Another => {
                let seed = another(self.seed);
                match &ctx.props().on_another {
                    Some(give) => give.emit(seed),
                    None => self.begin(ctx, seed),
                }
            }
            Msg::Again => self.begin(ctx, self.seed),
            Msg::OpenInLab => {
                if let Some(posed) = &self.posed {
                    self.opening = matches!(posed.way, Way::Place { .. });
                    bus::open(&posed.script);
                    show_top();
                }
            }
            Msg::Back => self.show(),
            Msg::Hub(hub::Heard::Run(run)) => self.take_run(&run),
            Msg::Hub(hub::Heard::Targeted { target, touched }) => {
                let is_ours = target.kind == TargetKind::Time && target.text == self.aimed;
                self.target = Some(target).filter(|_| touched && !is_ours);
            }
            Msg::Hub(_) => return false,
        }
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        let Some(id) = self.focus.take() else { return };
        let document = web_sys::window().and_then(|window| window.document());
        let by_id = |id: &str| document.as_ref()?.get_element_by_id(id)?.dyn_into::<HtmlElement>().ok();
        let can = |element: &HtmlElement| !element.has_attribute("disabled");
        // A button that can go no further leaves the keyboard to its item's handle.
        let handle = || by_id(&id.replace("-up-", "-handle-").replace("-down-", "-handle-"));
        if let Some(element) = by_id(&id).filter(can).or_else(handle) {
            let _ = element.focus();
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let body = match (&self.posed, &self.refused) {
            (Some(posed), _) => self.asked(ctx, posed),
            (None, Some(problem)) => self.refusal(ctx, problem),
            (None, None) => plain("p", "tables-note", t("question.waiting", &[])),
        };
        let source = ctx.props().source.to_string();
        tag("div", "question")
            .attr("data-question", &source)
            .attr("data-seed", &self.seed.to_string())
            .found_by(&self.root)
            .child(body)
            .html()
    }
}

/// A seed after another: an odd step that comes round to every number.
fn another(seed: u64) -> u64 {
    (seed.wrapping_mul(31).wrapping_add(17)) % 1_000_000
}

impl Card {
    fn begin(&mut self, ctx: &Context<Self>, seed: u64) {
        self.seed = seed;
        (self.posed, self.given, self.verdict, self.judging) = (None, None, None, None);
        (self.refused, self.confidence, self.is_answered, self.crashes) = (None, None, false, 0);
        self.announced.clear();
        self.ask(ctx);
    }

    fn ask(&mut self, ctx: &Context<Self>) {
        let ask = Ask::Pose { source: ctx.props().source.to_string(), seed: self.seed };
        self.ticket = engine::ask(&ask, ctx.link().callback(|told| Msg::Told(Box::new(told))));
    }

    fn judge(&mut self, ctx: &Context<Self>, answer: Answer) {
        let ask = Ask::Judge { source: ctx.props().source.to_string(), seed: self.seed, answer: answer.clone() };
        self.judging = Some(answer);
        self.ticket = engine::ask(&ask, ctx.link().callback(|told| Msg::Told(Box::new(told))));
    }

    fn told(&mut self, ctx: &Context<Self>, told: Told) {
        if !matches!(told, Told::Refused(_)) {
            // What went well is not counted with the next.
            self.crashes = 0;
        }
        match told {
            Told::Posed(posed) => {
                self.given = Some(Given::none(&posed.way));
                self.posed = Some(posed);
                self.refused = None;
            }
            Told::Judged(verdict) => {
                self.judging = None;
                if verdict.unreadable.is_none() && !std::mem::replace(&mut self.is_answered, true) {
                    ctx.props().on_answered.emit(verdict.right);
                    crate::embedded::answered(&ctx.props().source, self.seed, verdict.right);
                }
                self.verdict = Some(Box::new(verdict));
                self.refused = None;
            }
            Told::Refused(problem) => {
                // Whoever comes next is asked the same again.
                let waits = problem.code == CRASHED && self.crashes < MOST_CRASHES;
                self.crashes += u32::from(problem.code == CRASHED);
                if !waits {
                    self.judging = None;
                    self.refused = Some(problem);
                }
            }
            Told::Catalog(_) => {}
        }
    }

    /// Another answer: what was said of the last one is said no more.
    fn change(&mut self, change: impl FnOnce(&mut Given)) {
        if let Some(given) = &mut self.given {
            change(given);
            self.verdict = None;
        }
    }

    fn put(&mut self, from: usize, to: usize, by: Option<&str>) {
        let Some(given) = &mut self.given else { return };
        if !given.put(from, to) {
            return;
        }
        self.verdict = None;
        let (Given::Order(order), Some(Posed { way: Way::Order(items), .. })) = (&*given, &self.posed) else { return };
        let to = to.min(order.len().saturating_sub(1));
        if let (Some(item), Some(by)) = (order.get(to), by) {
            self.focus = Some([&self.name, by, &item.to_string()].concat());
            let said = items.get(*item as usize).map(String::as_str).unwrap_or_default();
            let place = crate::format::count(to as u64 + 1);
            self.announced = t("question.order.moved", &[("item", said), ("place", &place)]);
        }
    }

    fn take_run(&mut self, run: &View<crate::state::Run>) {
        self.script = Some(run.head.script.clone());
        // The target of another run is none of this one's.
        self.target = None;
        let is_it = self.posed.as_ref().is_some_and(|posed| self.is_in_lab(posed));
        if is_it && std::mem::take(&mut self.opening) {
            // The lab proposes a good target, which is what is asked: it is put to the end instead.
            self.aimed = run.clock(run.step_time(run.last_step()));
            bus::aim_at(&TargetSpec {
                backup: None,
                kind: TargetKind::Time,
                text: self.aimed.clone(),
                inclusive: true,
                along: Along::Latest,
                action: AtTarget::Promote,
            });
        }
    }

    /// Whether the lab shows the history that the question is about.
    fn is_in_lab(&self, posed: &Posed) -> bool {
        self.script.as_ref().is_some_and(|script| script.trim() == posed.script.trim())
    }

    /// Why there is no question.
    fn refusal(&self, ctx: &Context<Self>, problem: &Problem) -> Html {
        let again = match problem.code == CRASHED {
            true => tag("button", "button")
                .attr("type", "button")
                .on(ListenerKind::onclick, ctx.link().callback(|_| Msg::Again))
                .text(t("question.again", &[]))
                .html(),
            false => none(),
        };
        tag("div", "").attr("role", "alert").child(problem_line(problem)).child(again).html()
    }

    fn show(&self) {
        if let Some(root) = self.root.cast::<Element>() {
            root.scroll_into_view();
        }
    }

    fn asked(&self, ctx: &Context<Self>, posed: &Posed) -> Html {
        let link = ctx.link();
        let prompt = [&self.name, "-prompt"].concat();
        let part = match posed.part.is_empty() {
            true => none(),
            false => tag("div", "question-part prose").all(prose(&posed.part)).html(),
        };
        let asked = tag("div", "question-prompt prose").attr("id", &prompt).all(prose(&posed.prompt)).html();
        let is_place = matches!(posed.way, Way::Place { .. });
        let open = match posed.script.is_empty() || is_place {
            true => none(),
            false => tag("button", "button is-quiet")
                .attr("type", "button")
                .on(ListenerKind::onclick, link.callback(|_| Msg::OpenInLab))
                .text(t("question.open", &[]))
                .html(),
        };
        let answer = match &posed.way {
            Way::Single(choices) => self.choices(ctx, choices, "radio"),
            Way::Multiple(choices) => self.choices(ctx, choices, "checkbox"),
            Way::Short { form, lines } => self.short(ctx, form, lines),
            Way::Order(items) => match &self.given {
                Some(Given::Order(order)) => ordering(ctx, &self.name, items, order, self.dragged),
                _ => none(),
            },
            Way::Place { backup } => self.place(ctx, posed, backup),
        };
        let note = match posed.way {
            Way::Multiple(_) => t("question.several", &[]),
            Way::Order(_) => t("question.order.note", &[]),
            _ => String::new(),
        };
        let note = if note.is_empty() { none() } else { plain("p", "panel-note question-note", note) };
        let fields =
            tag("fieldset", "question-fields").attr("aria-labelledby", &prompt).child(note).child(answer).html();
        let said = match (&self.verdict, &self.judging, &self.refused) {
            (_, Some(_), _) => plain("p", "tables-note", t("question.judging", &[])),
            (_, _, Some(problem)) => problem_line(problem),
            (Some(verdict), ..) => result(verdict, self.confidence, matches!(posed.way, Way::Order(_))),
            _ => none(),
        };
        tag("div", "question-card")
            .key([&self.name, "-", &self.seed.to_string()].concat())
            .attr("role", "group")
            .attr("aria-labelledby", &prompt)
            .child(part)
            .child(asked)
            .child(evidence(&posed.evidence))
            .child(group("p", "question-open", [open]))
            .child(fields)
            .child(self.feelings(ctx))
            .child(self.buttons(ctx, posed))
            .child(tag("div", "question-result").attr("role", "status").child(said).html())
            .child(tag("p", "visually-hidden").attr("role", "status").text(self.announced.clone()).html())
            .html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_seed_is_another_one() {
        let mut seed = 7;
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..1000 {
            seed = another(seed);
            assert!(seed < 1_000_000 && seen.insert(seed), "{seed} came twice");
        }
    }
}
