//! The bytes in hex. The keyboard has one stop there and walks by the arrows from one field's run of bytes to the next.

use super::{About, Msg, field_id, field_name, innermost, position};
use crate::bench::point::stand_for;
use crate::format;
use crate::view::{group, none, plain, tag};
use crate::words::t;
use core::ops::Range;
use pitr_protocol::bench::{Anatomy, Part, Sort};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// Bytes on a line.
const ON_A_LINE: usize = 16;
/// A run of lines that nobody uses is told in one, from so many lines on.
const WORTH_FOLDING: usize = 3;

/// Bytes of one field on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stretch {
    field: Option<usize>,
    bytes: Range<usize>,
}

/// The bytes in hex, sixteen on a line, the field that each run of them belongs to as a part that can be pressed. The keyboard comes in
/// where the byte `at` is.
pub fn hex(anatomy: &Anatomy, about: &About, lit: Option<usize>, at: u32, send: &Callback<Msg>) -> Html {
    let lines: Vec<Line> = lines(anatomy);
    let lit = lit.and_then(|index| anatomy.fields.get(index)).map(|part| part.from as usize..part.to as usize);
    let starts = starts(&lines);
    let stop = stop(&starts, at);
    let shown = lines.iter().map(|line| match line {
        Line::Folded(bytes) => {
            // What is not sent is zero if nobody uses it.
            let unused =
                innermost(anatomy, bytes.start as u32).is_none_or(|field| anatomy.fields[field].sort == Sort::Unused);
            let key = if unused { "bench.hex.folded" } else { "bench.hex.left_out" };
            let said = t(key, &[("bytes", &format::count(bytes.len() as u64))]);
            let cell = tag("span", "").attr("role", "gridcell").text(said).html();
            tag("div", "bench-folded").attr("role", "row").key(format!("f{}", bytes.start)).child(cell).html()
        }
        Line::Whole(stretches) => hex_line((anatomy, about), stretches, lit.as_ref(), stop, send),
    });
    let view = match starts.is_empty() {
        true => none(),
        false => tag("div", "bench-hex scroller")
            .attr("role", "grid")
            .attr("aria-label", &t("bench.hex.title", &[]))
            .on(ListenerKind::onkeydown, walking(anatomy, starts))
            .all(shown.collect())
            .html(),
    };
    group("div", "bench-hex-card", [plain("p", "bench-hex-title", t("bench.hex.title", &[])), view])
}

/// A line of the view.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Whole(Vec<Stretch>),
    /// Lines that are told in one.
    Folded(Range<usize>),
}

fn lines(anatomy: &Anatomy) -> Vec<Line> {
    let count = anatomy.bytes.len().div_ceil(ON_A_LINE);
    let mut shown = Vec::new();
    let mut line = 0;
    while line < count {
        let dull = (line..count).take_while(|line| is_dull(anatomy, *line)).count();
        if dull >= WORTH_FOLDING {
            shown.push(Line::Folded(line * ON_A_LINE..((line + dull) * ON_A_LINE).min(anatomy.bytes.len())));
            line += dull;
            continue;
        }
        shown.push(Line::Whole(stretches(anatomy, line)));
        line += 1;
    }
    let told = anatomy.fields.iter().map(|part| part.to as usize).max().unwrap_or_default();
    if told > anatomy.bytes.len() {
        shown.push(Line::Folded(anatomy.bytes.len()..told));
    }
    shown
}

/// Whether a line holds nothing but zeros that nobody uses.
fn is_dull(anatomy: &Anatomy, line: usize) -> bool {
    let (from, to) = (line * ON_A_LINE, ((line + 1) * ON_A_LINE).min(anatomy.bytes.len()));
    let unused = |part: &Part| part.sort == Sort::Unused && part.from as usize <= from && part.to as usize >= to;
    anatomy.fields.iter().any(unused) && anatomy.bytes[from..to].iter().all(|byte| *byte == 0)
}

fn stretches(anatomy: &Anatomy, line: usize) -> Vec<Stretch> {
    let (from, to) = (line * ON_A_LINE, ((line + 1) * ON_A_LINE).min(anatomy.bytes.len()));
    let mut stretches: Vec<Stretch> = Vec::new();
    for offset in from..to {
        let field = innermost(anatomy, offset as u32);
        match stretches.last_mut() {
            Some(last) if last.field == field => last.bytes.end = offset + 1,
            _ => stretches.push(Stretch { field, bytes: offset..offset + 1 }),
        }
    }
    stretches
}

/// Where the keyboard can stand: line by line the first byte of each run.
fn starts(lines: &[Line]) -> Vec<Vec<u32>> {
    let whole = lines.iter().filter_map(|line| match line {
        Line::Whole(stretches) => Some(stretches),
        Line::Folded(_) => None,
    });
    whole.map(|stretches| stretches.iter().map(|stretch| stretch.bytes.start as u32).collect()).collect()
}

/// The run at which the keyboard comes in: that of the byte, or the last before it.
fn stop(starts: &[Vec<u32>], at: u32) -> u32 {
    let all = || starts.iter().flatten().copied();
    all().take_while(|start| *start <= at).last().or(all().next()).unwrap_or_default()
}

fn hex_line(
    (anatomy, about): (&Anatomy, &About),
    stretches: &[Stretch],
    lit: Option<&Range<usize>>,
    stop: u32,
    send: &Callback<Msg>,
) -> Html {
    let from = stretches.first().map_or(0, |stretch| stretch.bytes.start);
    let to = stretches.last().map_or(0, |stretch| stretch.bytes.end);
    let cells = stretches.iter().map(|stretch| {
        let at = stretch.bytes.start as u32;
        let is_lit = lit.is_some_and(|lit| lit.contains(&stretch.bytes.start));
        let text: Vec<String> = anatomy.bytes[stretch.bytes.clone()].iter().map(|byte| format::byte(*byte)).collect();
        let text = text.join(" ");
        let field = stretch.field.map(|field| field_name(&anatomy.fields[field])).unwrap_or_default();
        let named = t("bench.hex.run", &[("at", &position(anatomy, at)), ("bytes", &text), ("field", &field)]);
        let on_it = send.reform(move |_: Event| Msg::Byte(at));
        let run = tag("span", if is_lit { "bench-byte is-lit" } else { "bench-byte" });
        let run = match about.byte(anatomy, at) {
            Some(about) => stand_for(run, about),
            None => run,
        };
        run.attr("id", &byte_id(at))
            .attr("role", "gridcell")
            .attr("tabindex", if at == stop { "0" } else { "-1" })
            .attr("aria-selected", if is_lit { "true" } else { "false" })
            .attr("aria-label", &named)
            .attr("data-at", &at.to_string())
            .on(ListenerKind::onclick, on_it.clone())
            .on(ListenerKind::onfocus, on_it.clone())
            .on(ListenerKind::onmouseover, on_it)
            .text(text + " ")
            .html()
    });
    let readable: String = anatomy.bytes[from..to]
        .iter()
        .map(|byte| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '·' })
        .collect();
    tag("div", "bench-hex-line")
        .key(from.to_string())
        .attr("role", "row")
        .child(tag("span", "bench-offset").attr("role", "rowheader").text(position(anatomy, from as u32)).html())
        .child(tag("span", "bench-bytes").attr("role", "presentation").all(cells.collect()).html())
        .child(tag("span", "bench-readable").attr("role", "gridcell").text(readable).html())
        .html()
}

fn byte_id(at: u32) -> String {
    format!("inspector-byte-{at}")
}

/// Where a key leads from a run of bytes.
fn led(starts: &[Vec<u32>], at: u32, key: &str, to_the_very_end: bool) -> Option<u32> {
    let row = starts.iter().position(|line| line.contains(&at))?;
    let line = &starts[row];
    let place = line.iter().position(|start| *start == at)?;
    let column = at - line.first()?;
    // In another line the run that is over or under this one.
    let beside = |line: &Vec<u32>| {
        let first = *line.first()?;
        line.iter().copied().take_while(|start| start - first <= column).last()
    };
    let above = || starts.get(row.checked_sub(1)?);
    match (key, to_the_very_end) {
        ("ArrowRight", _) => line.get(place + 1).or_else(|| starts.get(row + 1).and_then(|line| line.first())).copied(),
        ("ArrowLeft", _) => match place.checked_sub(1) {
            Some(place) => line.get(place).copied(),
            None => above().and_then(|line| line.last()).copied(),
        },
        ("ArrowDown", _) => starts.get(row + 1).and_then(beside),
        ("ArrowUp", _) => above().and_then(beside),
        ("Home", false) => line.first().copied(),
        ("End", false) => line.last().copied(),
        ("Home", true) => starts.first().and_then(|line| line.first()).copied(),
        ("End", true) => starts.last().and_then(|line| line.last()).copied(),
        _ => None,
    }
}

/// Hears the keys: they lead from byte to byte, and from a byte to its field.
fn walking(anatomy: &Anatomy, starts: Vec<Vec<u32>>) -> Callback<Event> {
    let fields: Vec<Option<usize>> = starts.iter().flatten().map(|at| innermost(anatomy, *at)).collect();
    Callback::from(move |event: Event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let at = target.and_then(|target| target.get_attribute("data-at")).and_then(|at| at.parse().ok());
        let Some(at) = at.filter(|_| !key.alt_key() && !key.meta_key()) else { return };
        let pressed = key.key();
        let to = if pressed == "Enter" || pressed == " " {
            let place = starts.iter().flatten().position(|start| *start == at);
            place.and_then(|place| fields.get(place).copied().flatten()).map(field_id)
        } else if matches!(pressed.as_str(), "ArrowRight" | "ArrowLeft" | "ArrowDown" | "ArrowUp" | "Home" | "End") {
            // At the edge the key does nothing, rather than scroll the page.
            Some(byte_id(led(&starts, at, &pressed, key.ctrl_key()).unwrap_or(at)))
        } else {
            None
        };
        let Some(element) = to.and_then(|id| element(&id)) else { return };
        event.prevent_default();
        let _ = element.focus();
    })
}

fn element(id: &str) -> Option<HtmlElement> {
    web_sys::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Brings the run that begins with a byte into view, within the list of bytes alone.
pub fn bring(at: u32) {
    let Some(cell) = element(&byte_id(at)) else { return };
    let Ok(Some(list)) = cell.closest(".bench-hex") else { return };
    let down = cell.get_bounding_client_rect().top() - list.get_bounding_client_rect().top();
    let height = list.client_height();
    if down < 0.0 || down > f64::from(height) - 24.0 {
        list.set_scroll_top(list.scroll_top() + down as i32 - height / 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(from: u32, to: u32, sort: Sort) -> Part {
        Part { depth: 0, name: "x".into(), index: None, from, to, says: String::new(), sort }
    }

    fn anatomy(bytes: usize, fields: Vec<Part>) -> Anatomy {
        Anatomy {
            what: "x".into(),
            lsn: None,
            bytes: vec![0; bytes],
            part: 0,
            parts: 1,
            fields,
            troubles: Vec::new(),
            rows: Vec::new(),
        }
    }

    #[test]
    fn lines_of_nothing_are_folded_and_what_is_not_sent_is_told() {
        let told =
            anatomy(80, vec![part(0, 16, Sort::Plain), part(16, 80, Sort::Unused), part(80, 4096, Sort::Unused)]);
        let lines = lines(&told);
        assert_eq!(lines[1..], [Line::Folded(16..80), Line::Folded(80..4096)]);
        assert_eq!(starts(&lines), [vec![0]]);
    }

    #[test]
    fn the_arrows_lead_from_run_to_run() {
        let told = anatomy(48, vec![part(0, 4, Sort::Plain), part(4, 20, Sort::Plain), part(20, 48, Sort::Plain)]);
        let starts = starts(&lines(&told));
        assert_eq!(starts, [vec![0, 4], vec![16, 20], vec![32]]);
        let led = |at, key| super::led(&starts, at, key, false);
        assert_eq!((led(0, "ArrowRight"), led(4, "ArrowRight"), led(32, "ArrowRight")), (Some(4), Some(16), None));
        assert_eq!((led(16, "ArrowLeft"), led(20, "ArrowLeft"), led(0, "ArrowLeft")), (Some(4), Some(16), None));
        assert_eq!((led(4, "ArrowDown"), led(20, "ArrowDown"), led(20, "ArrowUp")), (Some(20), Some(32), Some(4)));
        assert_eq!((led(20, "Home"), led(16, "End"), led(16, "x")), (Some(16), Some(20), None));
        assert_eq!(super::led(&starts, 16, "Home", true), Some(0));
        assert_eq!(super::led(&starts, 16, "End", true), Some(32));
        assert_eq!((stop(&starts, 18), stop(&starts, 99), stop(&starts, 0)), (16, 32, 0));
    }
}
