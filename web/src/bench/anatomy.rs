//! Two views of the same bytes: their fields, and the bytes themselves in hex ([`bytes`]). What is lit in the one is lit in the other.

mod about;
mod bytes;

pub use about::{About, whole};
pub use bytes::hex;

use super::Msg;
use super::point::stand_for;
use crate::format;
use crate::tables::grid::head_cell;
use crate::view::{none, plain, tag};
use crate::words::t;
use pitr_protocol::bench::{Anatomy, Part, Sort, Thing};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The fields as a table; a row lights its bytes when it is pointed at, reached by the keyboard, or pressed.
pub fn fields(thing: &Thing, anatomy: &Anatomy, about: &About, lit: Option<usize>, send: &Callback<Msg>) -> Html {
    let heads = ["field", "bytes", "says"].map(|name| head_cell("", t(&format!("bench.fields.{name}"), &[])));
    let rows = anatomy
        .fields
        .iter()
        .enumerate()
        .map(|(index, part)| row(about, (thing, anatomy), index, part, lit == Some(index), send));
    let table = tag("table", "grid bench-fields")
        .child(tag("caption", "").text(t("bench.fields.title", &[])).html())
        .child(tag("thead", "").child(tag("tr", "").all(heads.into()).html()).html())
        .child(tag("tbody", "").all(rows.collect()).html());
    tag("div", "scroller bench-scroller")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", &t("bench.fields.title", &[]))
        .child(table.html())
        .html()
}

fn row(
    about: &About,
    (thing, anatomy): (&Thing, &Anatomy),
    index: usize,
    part: &Part,
    is_lit: bool,
    send: &Callback<Msg>,
) -> Html {
    let light = send.reform(move |_: Event| Msg::Light(Some(index)));
    let chosen = {
        let (light, from) = (light.clone(), part.from);
        Callback::from(move |event| {
            bytes::bring(from);
            light.emit(event);
        })
    };
    let open = tag("button", "link bench-field-name")
        .attr("type", "button")
        .attr("id", &field_id(index))
        .attr("aria-pressed", if is_lit { "true" } else { "false" })
        .attr("style", &format!("margin-inline-start:{}em", part.depth))
        .text(field_name(part))
        .on(ListenerKind::onclick, chosen.clone())
        .on(ListenerKind::onfocus, chosen);
    let range = match part.to - part.from {
        1 => position(anatomy, part.from),
        _ => {
            t("bench.fields.range", &[("from", &position(anatomy, part.from)), ("to", &position(anatomy, part.to - 1))])
        }
    };
    let says = match part.sort {
        Sort::Group => String::new(),
        Sort::Bytes => t("bench.fields.bare", &[("bytes", &format::count(u64::from(part.to - part.from)))]),
        Sort::Unused => t("bench.fields.unused", &[("bytes", &format::count(u64::from(part.to - part.from)))]),
        Sort::GoodChecksum | Sort::BadChecksum | Sort::Plain | Sort::Lsn | Sort::Record => part.says.clone(),
    };
    let class = match (is_lit, part.sort) {
        (true, _) => "is-lit",
        (_, Sort::BadChecksum) => "is-trouble",
        _ => "",
    };
    let line = tag("tr", class).key(index.to_string());
    let line = match about.field(index) {
        Some(about) => stand_for(line, about),
        None => line,
    };
    line.on(ListenerKind::onmouseover, light)
        .child(tag("th", "").attr("scope", "row").child(open.html()).html())
        .child(plain("td", "is-code", range))
        .child(tag("td", "").text(says).child(way_in(thing, anatomy, part, send)).html())
        .html()
}

/// From a segment's record to the record by itself, from a row of a page to the record that put it there.
fn way_in(thing: &Thing, anatomy: &Anatomy, part: &Part, send: &Callback<Msg>) -> Html {
    let (timeline, lsn, way) = match (thing, part.sort, anatomy.lsn) {
        (Thing::Segment { timeline, .. }, Sort::Record, Some(first)) => {
            let lsn = first + u64::from(part.from);
            let way = tag("button", "link bench-way-in");
            let way = way.attr("aria-label", &t("bench.fields.open_record", &[("lsn", &format::lsn(lsn))]));
            (*timeline, lsn, way.text(t("bench.fields.open", &[])))
        }
        _ => match about::row_of(anatomy, part).and_then(|row| row.writer) {
            Some((timeline, lsn)) => {
                let said = t("bench.fields.writer", &[("lsn", &format::lsn(lsn))]);
                (timeline, lsn, tag("button", "link bench-way-in").text(said))
            }
            None => return none(),
        },
    };
    way.attr("type", "button")
        .on(ListenerKind::onclick, send.reform(move |_: Event| Msg::Inspect(Thing::Log { timeline, lsn })))
        .html()
}

fn field_id(index: usize) -> String {
    format!("inspector-field-{index}")
}

/// A field's name: its code, with blanks, and which of several it is.
fn field_name(part: &Part) -> String {
    let code = &part.name;
    let key = format!("bench.part.{code}");
    let name = if crate::words::has(&key) { t(&key, &[]) } else { code.replace('_', " ") };
    part.index.map_or(name.clone(), |index| format!("{name} {index}"))
}

/// In the log by LSN, elsewhere counted from the beginning.
fn position(anatomy: &Anatomy, offset: u32) -> String {
    match anatomy.lsn {
        Some(lsn) => format::lsn(lsn + u64::from(offset)),
        None => format::offset(offset),
    }
}

/// The innermost field of a byte.
pub fn innermost(anatomy: &Anatomy, offset: u32) -> Option<usize> {
    let holds = |part: &Part| (part.from..part.to).contains(&offset);
    anatomy
        .fields
        .iter()
        .enumerate()
        .filter(|(_, part)| holds(part))
        .max_by_key(|(_, part)| part.depth)
        .map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(depth: u8, from: u32, to: u32, sort: Sort) -> Part {
        Part { depth, name: "x".into(), index: None, from, to, says: String::new(), sort }
    }

    #[test]
    fn a_byte_belongs_to_its_innermost_field() {
        let anatomy = Anatomy {
            what: "page".into(),
            lsn: None,
            bytes: vec![0; 64],
            part: 0,
            parts: 1,
            fields: vec![part(0, 0, 8, Sort::Group), part(1, 4, 8, Sort::Plain), part(0, 8, 64, Sort::Unused)],
            troubles: Vec::new(),
            rows: Vec::new(),
        };
        assert_eq!(innermost(&anatomy, 2), Some(0));
        assert_eq!(innermost(&anatomy, 5), Some(1));
        assert_eq!(innermost(&anatomy, 64), None);
    }
}
