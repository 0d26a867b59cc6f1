//! The course map: the lessons that there are, how far somebody has come, and what can be done with that.

use super::Msg;
use super::list::{self, Entry};
use super::progress::{Progress, Unreadable};
use super::task::button;
use crate::format;
use crate::script_pane::file;
use crate::tables::mark::{Sign, mark, warning_line};
use crate::view::{group, none, plain, tag};
use crate::words::t;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// What stands in the place of the progress that was read.
pub fn unreadable(why: &Unreadable) -> String {
    match why {
        Unreadable::Version(version) => t("lesson.progress.version", &[("version", version)]),
        Unreadable::Line(line) => t("lesson.progress.line", &[("line", &format::count(*line as u64))]),
    }
}

/// What the map knows beside the progress.
#[derive(Debug, Default)]
pub struct Notes {
    /// Why what was stored or chosen is not taken.
    pub wrong: Option<String>,
    /// What was done last.
    pub done: Option<String>,
    /// Somebody wants to erase, and has not said so twice.
    pub erasing: bool,
}

pub fn view(progress: &Progress, notes: &Notes, send: &Callback<Msg>) -> Html {
    let entries = list::all().map(|entry| lesson(entry, progress, send)).collect();
    tag("div", "lesson-map")
        .child(plain("p", "lesson-note", t("lesson.map.says", &[])))
        .child(tag("ol", "lesson-entries").attr("role", "list").all(entries).html())
        .child(keeping(progress, notes, send))
        .html()
}

fn lesson(entry: Entry, progress: &Progress, send: &Callback<Msg>) -> Html {
    let (steps, of) = (progress.steps(entry.id).min(entry.steps), entry.steps);
    let (sign, state) = if progress.is_done(entry.id) {
        (Sign::In, t("lesson.map.done", &[]))
    } else if steps > 0 {
        (
            Sign::Now,
            t("lesson.map.begun", &[("steps", &format::count(steps as u64)), ("of", &format::count(of as u64))]),
        )
    } else {
        (Sign::Ahead, t("lesson.map.new", &[]))
    };
    let open = Msg::Open { id: entry.id.to_owned(), seed: 0 };
    let title = t("lesson.map.title", &[("number", entry.number), ("title", entry.title)]);
    let about = group(
        "p",
        "lesson-entry-about",
        [mark(sign), plain("span", "", state), plain("span", "", t("lesson.minutes", &[("minutes", entry.minutes)]))],
    );
    group(
        "li",
        "lesson-entry",
        [button("link lesson-entry-title", title, open, send), plain("p", "", entry.idea.to_owned()), about],
    )
}

/// Export, import, erase.
fn keeping(progress: &Progress, notes: &Notes, send: &Callback<Msg>) -> Html {
    let chosen = {
        let send = send.clone();
        Callback::from(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            if let Some(chosen) = input.as_ref().and_then(|input| input.files()?.get(0)) {
                file::read(&chosen, send.reform(Msg::Import));
            }
            // The same file may be chosen again after it was changed.
            if let Some(input) = input {
                input.set_value("");
            }
        })
    };
    let input = tag("input", "visually-hidden")
        .attr("type", "file")
        .attr("accept", ".txt,text/plain")
        .on(ListenerKind::onchange, chosen);
    let import = group(
        "label",
        "button is-quiet script-file",
        [input.html(), plain("span", "", t("lesson.progress.import", &[]))],
    );
    let erase = match (progress.is_empty(), notes.erasing) {
        (true, _) => none(),
        (_, false) => button("button is-quiet", t("lesson.progress.erase", &[]), Msg::Erase(false), send),
        (_, true) => {
            button("button is-quiet is-danger", t("lesson.progress.erase_really", &[]), Msg::Erase(true), send)
        }
    };
    let export = match progress.is_empty() {
        true => none(),
        false => button("button is-quiet", t("lesson.progress.export", &[]), Msg::Export, send),
    };
    let wrong = notes.wrong.clone().map_or_else(none, warning_line);
    let done = notes.done.clone().map_or_else(none, |done| plain("p", "lesson-note", done));
    tag("section", "lesson-keeping")
        .attr("aria-labelledby", "lesson-progress")
        .child(tag("h3", "lesson-part").attr("id", "lesson-progress").text(t("lesson.progress", &[])).html())
        .child(plain("p", "lesson-note", t("lesson.progress.says", &[])))
        .child(tag("div", "").attr("role", "alert").child(wrong).html())
        .child(tag("div", "").attr("role", "status").child(done).html())
        .child(group("div", "lesson-buttons", [export, import, erase]))
        .html()
}
