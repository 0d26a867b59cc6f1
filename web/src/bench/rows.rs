//! What the target would keep and lose, in rows: beside the boundary, before anything is recovered.
//!
//! The engine finds it out by carrying the recovery out on a copy. Nobody is made to wait for that: it is asked for when the target has stood
//! still for a moment, and not before somebody has moved it.

use super::hub::{self, Heard, Member};
use crate::state::{Run, Ticket, View};
use crate::view::{none, plain, tag};
use crate::words::t;
use gloo_timers::callback::Timeout;
use pitr_protocol::bench::{Ask, TableBalance, Told, open, seal};
use pitr_protocol::{Reply, Request, TargetSpec};
use yew::prelude::*;

/// How long a target stands still before it is tried.
const REST_MS: u32 = 120;

/// The balance of the target.
#[derive(Debug)]
pub struct Rows {
    run: Option<View<Run>>,
    /// Where a recovery is to stop, once somebody has said so.
    target: Option<TargetSpec>,
    /// What it would do; none where it would fail, which the boundary tells.
    balance: Option<Vec<TableBalance>>,
    rest: Option<Timeout>,
    ticket: Option<Ticket>,
    _member: Member,
}

/// What reaches it.
#[derive(Debug)]
pub enum Msg {
    Heard(Heard),
    Rested,
    Told(Reply),
}

impl Component for Rows {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Rows {
        let member = hub::join(ctx.link().callback(Msg::Heard));
        Rows { run: None, target: None, balance: None, rest: None, ticket: None, _member: member }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Heard(Heard::Run(run)) => {
                let is_other = self.run.as_ref().is_some_and(|old| old.head.script != run.head.script);
                self.run = Some(run);
                if is_other {
                    self.balance = None;
                }
            }
            Msg::Heard(Heard::Targeted { target, touched }) => self.target = touched.then_some(target),
            Msg::Heard(_) => return false,
            Msg::Rested => {
                if let Some(target) = self.target.clone() {
                    let told = ctx.link().callback(Msg::Told);
                    self.ticket = Some(hub::session().ask(Request::Bench(seal(&Ask::Rows(target))), told));
                }
                return false;
            }
            Msg::Told(reply) => {
                self.ticket = None;
                self.balance = match reply {
                    Reply::Bench(sealed) => match open(&sealed) {
                        Some(Told::Rows(balance)) => Some(balance),
                        _ => None,
                    },
                    _ => None,
                };
                return true;
            }
        }
        // The answer to another target or another run is not waited for any more.
        self.ticket = None;
        let rested = ctx.link().callback(|()| Msg::Rested);
        self.rest = self.target.is_some().then(|| Timeout::new(REST_MS, move || rested.emit(())));
        if self.target.is_none() {
            self.balance = None;
        }
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let Some(balance) = self.balance.as_ref().filter(|balance| !balance.is_empty()) else {
            return none();
        };
        let heads = HEADS.iter().map(|key| {
            let head = tag("th", if *key == "table" { "" } else { "is-number" }).attr("scope", "col");
            head.text(t(&format!("bench.rows.{key}"), &[])).html()
        });
        let lines = balance.iter().map(line).collect();
        tag("table", "bench-rows")
            .child(plain("caption", "", t("bench.rows.title", &[])))
            .child(tag("thead", "").child(tag("tr", "").all(heads.collect()).html()).html())
            .child(tag("tbody", "").all(lines).html())
            .html()
    }
}

const HEADS: [&str; 5] = ["table", "kept", "back", "gone", "changed"];

fn line(of: &TableBalance) -> Html {
    let number = |count: u32, class: &str| {
        let class = if count == 0 { "is-number is-none".to_owned() } else { format!("is-number {class}") };
        plain("td", &class, crate::format::count(u64::from(count)))
    };
    tag("tr", "")
        .child(tag("th", "is-code").attr("scope", "row").text(of.table.clone()).html())
        .child(number(of.kept, ""))
        .child(number(of.back, "is-back"))
        .child(number(of.gone, "is-gone"))
        .child(number(of.changed, ""))
        .html()
}
