//! The choice of a page for the inspector: every relation that the engine's catalog knows, every block of it.

use super::Msg;
use crate::state::value_of;
use crate::view::{group, none, tag};
use crate::words::{count, t};
use pitr_protocol::bench::Thing;
use pitr_protocol::inside::RelationPages;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The catalog's relation.
const CATALOG: u32 = 1;

fn page(of: &RelationPages, block: u32) -> Thing {
    Thing::Page { relation: of.relation, name: of.name.clone(), block, recovered: of.recovered }
}

/// The page that is looked at first: a table's rather than the catalog's.
pub fn first(relations: &[RelationPages]) -> Option<Thing> {
    let table = relations.iter().find(|relation| relation.relation != CATALOG);
    table.or(relations.first()).map(|relation| page(relation, 0))
}

/// Which relation and which block; nothing unless a page is looked at.
pub fn view(relations: &[RelationPages], shown: Option<&Thing>, send: &Callback<Msg>) -> Html {
    let Some(Thing::Page { relation, block, recovered, .. }) = shown else { return none() };
    let is_it = |known: &&RelationPages| (known.relation, known.recovered) == (*relation, *recovered);
    let Some(at) = relations.iter().find(is_it) else { return none() };
    let options = relations.iter().enumerate().map(|(index, known)| {
        let key = if known.recovered { "bench.inspector.relation_recovered" } else { "bench.inspector.relation" };
        let said = t(key, &[("name", &known.name), ("pages", &count("unit.pages", u64::from(known.blocks), &[]))]);
        tag("option", "").attr("value", &index.to_string()).flag("selected", is_it(&known)).text(said).html()
    });
    let chosen = {
        let (send, relations) = (send.clone(), relations.to_vec());
        Callback::from(move |event: Event| {
            let index = value_of(&event).parse::<usize>().ok();
            if let Some(known) = index.and_then(|index| relations.get(index)) {
                send.emit(Msg::Inspect(page(known, 0)));
            }
        })
    };
    let again = send.reform(|_: Event| Msg::Pages);
    let select = tag("select", "input")
        .attr("id", "inspector-relation")
        .on(ListenerKind::onfocus, again)
        .on(ListenerKind::onchange, chosen)
        .all(options.collect());
    let label = tag("label", "form-label").attr("for", "inspector-relation").text(t("bench.inspector.of", &[]));
    let typed = {
        let (send, known) = (send.clone(), at.clone());
        Callback::from(move |event: Event| {
            if let Some(block) = value_of(&event).parse().ok().filter(|block| *block < known.blocks) {
                send.emit(Msg::Inspect(page(&known, block)));
            }
        })
    };
    let number = tag("input", "input")
        .attr("type", "number")
        .attr("min", "0")
        .attr("max", &at.blocks.saturating_sub(1).to_string())
        .attr("id", "inspector-block")
        .value(&block.to_string())
        .on(ListenerKind::onchange, typed);
    let number_label = tag("label", "form-label").attr("for", "inspector-block").text(t("bench.inspector.block", &[]));
    group(
        "div",
        "bench-page-choice",
        [
            group("div", "bench-field", [label.html(), select.html()]),
            group("div", "bench-field", [number_label.html(), number.html()]),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tables_page_comes_before_the_catalogs() {
        let of = |relation, name: &str| RelationPages { relation, name: name.into(), blocks: 2, recovered: false };
        let named = |thing: Option<Thing>| match thing {
            Some(Thing::Page { name, block, .. }) => Some((name, block)),
            _ => None,
        };
        assert_eq!(named(first(&[of(1, "catalog"), of(16, "users")])), Some(("users".into(), 0)));
        assert_eq!(named(first(&[of(1, "catalog")])), Some(("catalog".into(), 0)));
        assert_eq!(first(&[]), None);
    }
}
