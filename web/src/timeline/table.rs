//! The transactions as a table: what the picture's bars say, for keyboards and screen readers.

use crate::format;
use crate::state::{Action, use_run, use_session};
use crate::words::t;
use pitr_protocol::Fate;
use yew::prelude::*;

/// More rows than this are asked for page by page.
const ROWS: usize = 100;

#[component]
pub fn TransactionTable() -> Html {
    let run = use_run();
    let session = use_session();
    let shown = use_state(|| ROWS);
    let open = use_state(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: Event| open.set(!*open))
    };
    let more = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(*shown + ROWS))
    };
    let head = &run.head;
    let rows = head.transactions.iter().enumerate().take(*shown).map(|(index, transaction)| {
        let fate = match transaction.fate {
            Fate::Committed => "table.committed",
            Fate::RolledBack => "table.rolled_back",
            Fate::Open => "table.open",
        };
        let is_incident = head.incident == Some(index as u32);
        let step = transaction.end_step;
        let go = session.on(move |_: MouseEvent| Action::GoTo(step));
        let end = run.clock_ms(transaction.end_us);
        html! {
            <tr key={transaction.xid} class={is_incident.then_some("is-incident")}>
                <th scope="row" class="num">{ transaction.xid }</th>
                <td>{ run.name(transaction.session) }</td>
                <td class="sql">{ run.name(transaction.statement) }</td>
                <td class="num">{ transaction.rows }</td>
                <td>{ t(if is_incident { "table.incident" } else { fate }, &[]) }</td>
                <td class="num">{ run.clock_ms(transaction.begin_us) }</td>
                <td class="num">
                    <button type="button" class="link" onclick={go}
                        aria-label={t("table.go", &[("time", &end), ("xid", &transaction.xid.to_string())])}>{ end }</button>
                </td>
                <td class="num">{ transaction.end_lsn.map(format::lsn).unwrap_or_default() }</td>
            </tr>
        }
    });
    html! {
        <details class="as-table" ontoggle={toggle}>
            <summary>{ t("table.summary", &[]) }</summary>
            if *open {
                <div class="table-scroll" tabindex="0" role="region" aria-label={t("table.caption", &[])}>
                    <table>
                        <caption class="visually-hidden">{ t("table.caption", &[]) }</caption>
                        <thead>
                            <tr>
                                { for ["xid", "session", "statement", "rows", "fate", "begin", "end", "lsn"].map(|column| html! {
                                    <th scope="col">{ t(&format!("table.column_{column}"), &[]) }</th>
                                }) }
                            </tr>
                        </thead>
                        <tbody>{ for rows }</tbody>
                    </table>
                </div>
                if head.transactions.len() > *shown {
                    <button type="button" class="button is-quiet" onclick={more}>{ t("table.more", &[]) }</button>
                }
            }
        </details>
    }
}
