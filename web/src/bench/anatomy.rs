//! Two views of the same bytes: their fields, and the bytes themselves in hex. What is lit in the one is lit in the other.

use super::Msg;
use crate::format;
use crate::tables::grid::head_cell;
use crate::view::{Tag, group, plain, tag};
use crate::words::t;
use pitr_protocol::bench::{Anatomy, Part, Sort};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// Bytes on a line.
const ON_A_LINE: usize = 16;
/// A run of lines that nobody uses is told in one, from so many lines on.
const WORTH_FOLDING: usize = 3;

/// The fields as a table; a row lights its bytes when it is pointed at, reached by the keyboard, or pressed.
pub fn fields(anatomy: &Anatomy, lit: Option<usize>, send: &Callback<Msg>) -> Html {
    let heads = ["field", "bytes", "says"].map(|name| head_cell("", t(&format!("bench.fields.{name}"), &[])));
    let rows =
        anatomy.fields.iter().enumerate().map(|(index, part)| row(anatomy, index, part, lit == Some(index), send));
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

fn row(anatomy: &Anatomy, index: usize, part: &Part, is_lit: bool, send: &Callback<Msg>) -> Html {
    let light = lighting(Some(index), send);
    let index_text = part.index.map(|index| format!(" {index}")).unwrap_or_default();
    let name = field_name(&part.name);
    let open = tag("button", "link bench-field-name")
        .attr("type", "button")
        .attr("aria-pressed", if is_lit { "true" } else { "false" })
        .attr("style", &format!("margin-inline-start:{}em", part.depth))
        .text(format!("{name}{index_text}"))
        .on(ListenerKind::onclick, light.clone())
        .on(ListenerKind::onfocus, light.clone());
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
        Sort::GoodChecksum | Sort::BadChecksum | Sort::Plain | Sort::Lsn => part.says.clone(),
    };
    let class = match (is_lit, part.sort) {
        (true, _) => "is-lit",
        (_, Sort::BadChecksum) => "is-trouble",
        _ => "",
    };
    tag("tr", class)
        .key(index.to_string())
        .on(ListenerKind::onmouseover, light)
        .child(tag("th", "").attr("scope", "row").child(open.html()).html())
        .child(plain("td", "is-code", range))
        .child(plain("td", "", says))
        .html()
}

/// A field's name: its code, with blanks.
fn field_name(code: &str) -> String {
    let key = format!("bench.part.{code}");
    if crate::words::has(&key) { t(&key, &[]) } else { code.replace('_', " ") }
}

fn lighting(index: Option<usize>, send: &Callback<Msg>) -> Callback<Event> {
    let send = send.clone();
    Callback::from(move |_| send.emit(Msg::Light(index)))
}

/// In the log by LSN, elsewhere counted from the beginning.
fn position(anatomy: &Anatomy, offset: u32) -> String {
    match anatomy.lsn {
        Some(lsn) => format::lsn(lsn + u64::from(offset)),
        None => format::offset(offset),
    }
}

/// The innermost field of a byte.
fn innermost(anatomy: &Anatomy, offset: u32) -> Option<usize> {
    let holds = |part: &Part| (part.from..part.to).contains(&offset);
    anatomy
        .fields
        .iter()
        .enumerate()
        .filter(|(_, part)| holds(part))
        .max_by_key(|(_, part)| part.depth)
        .map(|(index, _)| index)
}

/// The bytes in hex, sixteen on a line, the field that each run of them belongs to as a part that can be pressed.
pub fn hex(anatomy: &Anatomy, lit: Option<usize>, send: &Callback<Msg>) -> Html {
    let lines = anatomy.bytes.len().div_ceil(ON_A_LINE);
    let lit_range = lit.and_then(|index| anatomy.fields.get(index)).map(|part| part.from as usize..part.to as usize);
    let mut shown = Vec::new();
    let mut line = 0;
    while line < lines {
        let dull = (line..lines).take_while(|line| is_dull(anatomy, *line)).count();
        if dull >= WORTH_FOLDING {
            let bytes = format::count((dull * ON_A_LINE) as u64);
            shown.push(
                tag("div", "bench-folded")
                    .key(format!("f{line}"))
                    .text(t("bench.hex.folded", &[("bytes", &bytes)]))
                    .html(),
            );
            line += dull;
            continue;
        }
        shown.push(hex_line(anatomy, line, lit_range.as_ref(), send));
        line += 1;
    }
    let view = tag("div", "bench-hex scroller")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", &t("bench.hex.title", &[]))
        .all(shown);
    group("div", "bench-hex-card", [plain("p", "bench-hex-title", t("bench.hex.title", &[])), view.html()])
}

/// Whether a line holds nothing but zeros that nobody uses.
fn is_dull(anatomy: &Anatomy, line: usize) -> bool {
    let (from, to) = (line * ON_A_LINE, ((line + 1) * ON_A_LINE).min(anatomy.bytes.len()));
    let unused = |part: &Part| part.sort == Sort::Unused && part.from as usize <= from && part.to as usize >= to;
    anatomy.fields.iter().any(unused) && anatomy.bytes[from..to].iter().all(|byte| *byte == 0)
}

fn hex_line(anatomy: &Anatomy, line: usize, lit: Option<&core::ops::Range<usize>>, send: &Callback<Msg>) -> Html {
    let (from, to) = (line * ON_A_LINE, ((line + 1) * ON_A_LINE).min(anatomy.bytes.len()));
    let mut cells: Vec<Tag> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    let mut last: Option<(Option<usize>, bool)> = None;
    for offset in from..to {
        let field = innermost(anatomy, offset as u32);
        let is_lit = lit.is_some_and(|range| range.contains(&offset));
        if last != Some((field, is_lit)) {
            let class = if is_lit { "bench-byte is-lit" } else { "bench-byte" };
            cells.push(
                tag("span", class)
                    .on(ListenerKind::onclick, lighting(field, send))
                    .on(ListenerKind::onmouseover, lighting(field, send)),
            );
            texts.push(String::new());
            last = Some((field, is_lit));
        }
        if let Some(text) = texts.last_mut() {
            text.extend([&format::byte(anatomy.bytes[offset]), " "]);
        }
    }
    let readable: String = anatomy.bytes[from..to]
        .iter()
        .map(|byte| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '·' })
        .collect();
    let cells = cells.into_iter().zip(texts).map(|(cell, text)| cell.text(text).html()).collect();
    tag("div", "bench-hex-line")
        .key(line.to_string())
        .child(plain("span", "bench-offset", position(anatomy, from as u32)))
        .child(tag("span", "bench-bytes").all(cells).html())
        .child(plain("span", "bench-readable", readable))
        .html()
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
            fields: vec![part(0, 0, 8, Sort::Group), part(1, 4, 8, Sort::Plain), part(0, 8, 64, Sort::Unused)],
            troubles: Vec::new(),
        };
        assert_eq!(innermost(&anatomy, 2), Some(0));
        assert_eq!(innermost(&anatomy, 5), Some(1));
        assert_eq!(innermost(&anatomy, 64), None);
        assert!(!is_dull(&anatomy, 0) && is_dull(&anatomy, 1));
    }
}
