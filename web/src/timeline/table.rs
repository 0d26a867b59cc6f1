//! The transactions as a table: what the picture's bars say, for keyboards and screen readers.

use crate::format;
use crate::state::{Action, Desk, Run};
use crate::view::{group, plain, tag};
use crate::words::t;
use pitr_protocol::{Fate, TransactionSpan};
use wasm_bindgen::JsCast;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// More rows than this are asked for page by page.
const ROWS: usize = 100;
const COLUMNS: [&str; 8] = ["xid", "session", "statement", "rows", "fate", "begin", "end", "lsn"];

/// How much of the table there is to see.
#[derive(Debug)]
pub struct Shown {
    open: bool,
    rows: usize,
}

impl Default for Shown {
    fn default() -> Shown {
        Shown { open: false, rows: ROWS }
    }
}

impl Shown {
    /// Follows the details element; whether that changes anything.
    pub fn toggle(&mut self, event: &Event) -> bool {
        let open = is_open(event);
        std::mem::replace(&mut self.open, open) != open
    }

    pub fn more(&mut self) {
        self.rows += ROWS;
    }
}

/// Whether a details element that has been toggled is open now.
pub fn is_open(event: &Event) -> bool {
    let details = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    details.is_some_and(|details| details.has_attribute("open"))
}

/// The table, folded until it is wanted.
pub fn table(desk: &Desk, shown: &Shown, toggled: Callback<Event>, more: Callback<Event>) -> Html {
    let run = &desk.run;
    let summary = tag("summary", "").key("summary".to_owned()).text(t("table.summary", &[]));
    let mut details = tag("details", "as-table").on(ListenerKind::ontoggle, toggled).child(summary.html());
    if shown.open {
        let head = COLUMNS
            .map(|column| tag("th", "").attr("scope", "col").text(t(&format!("table.column_{column}"), &[])).html());
        let rows = run.head.transactions.iter().enumerate().take(shown.rows);
        let rows = rows.map(|(index, transaction)| row(desk, run.head.incident == Some(index as u32), transaction));
        let table = group(
            "table",
            "",
            [
                plain("caption", "visually-hidden", t("table.caption", &[])),
                group("thead", "", [group("tr", "", head)]),
                tag("tbody", "").all(rows.collect()).html(),
            ],
        );
        let scroller = tag("div", "table-scroll")
            .key("rows".to_owned())
            .attr("tabindex", "0")
            .attr("role", "region")
            .attr("aria-label", &t("table.caption", &[]));
        details = details.child(scroller.child(table).html());
        if run.head.transactions.len() > shown.rows {
            let button = tag("button", "button is-quiet")
                .key("more".to_owned())
                .attr("type", "button")
                .text(t("table.more", &[]));
            details = details.child(button.on(ListenerKind::onclick, more).html());
        }
    }
    details.html()
}

fn row(desk: &Desk, is_incident: bool, transaction: &TransactionSpan) -> Html {
    let run: &Run = &desk.run;
    let fate = match transaction.fate {
        Fate::Committed if is_incident => "table.incident",
        Fate::Committed => "table.committed",
        Fate::RolledBack => "table.rolled_back",
        Fate::Open => "table.open",
    };
    let (xid, end) = (transaction.xid.to_string(), run.clock_ms(transaction.end_us));
    let go = tag("button", "link")
        .attr("type", "button")
        .attr("aria-label", &t("table.go", &[("time", &end), ("xid", &xid)]))
        .text(end)
        .on(ListenerKind::onclick, desk.session.click(Action::GoTo(transaction.end_step)));
    let class = if is_incident { "is-incident" } else { "" };
    tag("tr", class)
        .key(transaction.end_step.to_string())
        .child(tag("th", "num").attr("scope", "row").text(xid).html())
        .child(plain("td", "", run.name(transaction.session).to_owned()))
        .child(plain("td", "sql", run.name(transaction.statement).to_owned()))
        .child(plain("td", "num", transaction.rows.to_string()))
        .child(plain("td", "", t(fate, &[])))
        .child(plain("td", "num", run.clock_ms(transaction.begin_us)))
        .child(tag("td", "num").child(go.html()).html())
        .child(plain("td", "num", transaction.end_lsn.map(format::lsn).unwrap_or_default()))
        .html()
}
