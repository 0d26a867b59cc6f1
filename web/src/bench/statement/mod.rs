//! The statement box: what is typed, how it may go on, what was run before, and what is wrong with it.
//!
//! It stays a textbox to whoever asks for its role; what may come is a list beside it, walked through by the arrow keys while the keyboard
//! stays in the box.

mod complete;

use super::{Msg, pick, refusal};
use crate::script_pane::excerpt::excerpt;
use crate::state::value_of;
use crate::view::{group, none, plain, tag};
use crate::words::{count, t};
use complete::{Completion, complete, taken};
use pitr_protocol::Problem;
use pitr_protocol::bench::Names;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

const BOX: &str = "bench-statement";
const LIST: &str = "bench-options";
const WRONG: &str = "bench-wrong";
/// How many statements are remembered.
const REMEMBERED: usize = 100;

/// What a key does in the box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Up,
    Down,
    Enter,
    Tab,
    Escape,
}

/// The box.
#[derive(Debug, Default)]
pub struct Statement {
    pub text: String,
    /// What the run's things are called, as far as the engine has said.
    pub names: Names,
    /// What was refused, and why.
    refused: Option<(String, Problem)>,
    before: Vec<String>,
    /// Which of them stands in the box, counted from the last.
    recalled: Option<usize>,
    completion: Completion,
    /// The option that the keyboard is at.
    active: Option<usize>,
    /// Where the caret has to be put, in bytes.
    caret: Option<usize>,
}

impl Statement {
    /// What stands in the box now, and where the caret is in it, in UTF-16 units as a browser counts.
    pub fn type_in(&mut self, text: String, caret: Option<u32>) {
        let caret = caret.map_or(text.len(), |units| byte_at(&text, units));
        self.completion = match text.trim().is_empty() {
            true => Completion::default(),
            false => complete(&text, caret, &self.names),
        };
        (self.text, self.recalled, self.active, self.refused) = (text, None, None, None);
    }

    /// The engine has said what things are called: what is being written may go on in more ways.
    pub fn learn(&mut self, names: Names) {
        self.names = names;
        let field = field().filter(|field| field.matches(":focus").unwrap_or(false));
        let Some(field) = field.filter(|_| self.recalled.is_none() && !self.text.trim().is_empty()) else { return };
        let caret = field.selection_start().ok().flatten();
        let caret = caret.map_or(self.text.len(), |units| byte_at(&self.text, units));
        (self.completion, self.active) = (complete(&self.text, caret, &self.names), None);
    }

    fn is_open(&self) -> bool {
        !self.completion.options.is_empty()
    }

    pub fn close(&mut self) {
        (self.completion, self.active) = (Completion::default(), None);
    }

    /// What a key does; `None` if it is not the box's, else whether the statement is to be run.
    pub fn press(&mut self, key: Key) -> Option<bool> {
        let options = self.completion.options.len();
        match key {
            Key::Down if self.is_open() => {
                self.active = match self.active {
                    None => Some(0),
                    Some(at) => Some(at + 1).filter(|at| *at < options),
                };
            }
            Key::Up if self.is_open() => {
                self.active = match self.active {
                    None => Some(options - 1),
                    Some(at) => at.checked_sub(1),
                };
            }
            // What is being written is not thrown away for what was run before.
            Key::Up if self.text.is_empty() || self.recalled.is_some() => self.recall(-1),
            Key::Down if self.recalled.is_some() => self.recall(1),
            Key::Enter => match self.active {
                Some(at) => self.take(at),
                None => return Some(true),
            },
            Key::Tab => match self.active {
                Some(at) => self.take(at),
                // A word that is begun is finished; else the keyboard goes on to the button.
                None if self.is_open() && self.completion.from < self.completion.to => self.take(0),
                None => return None,
            },
            Key::Escape if self.is_open() => self.close(),
            _ => return None,
        }
        Some(false)
    }

    /// An option is taken.
    pub fn take(&mut self, option: usize) {
        let Some(option) = self.completion.options.get(option).cloned() else { return };
        let (text, caret) = taken(&self.text, &self.completion, &option);
        let units = text[..caret.min(text.len())].encode_utf16().count();
        self.type_in(text, u32::try_from(units).ok());
        self.caret = Some(units);
    }

    /// It is being carried out.
    pub fn begin(&mut self, statement: &str) {
        (self.refused, self.recalled) = (None, None);
        self.close();
        self.before.retain(|known| known != statement);
        self.before.push(statement.to_owned());
        if self.before.len() > REMEMBERED {
            self.before.remove(0);
        }
    }

    pub fn done(&mut self) {
        self.text.clear();
    }

    pub fn refused(&mut self, statement: String, problem: Problem) {
        self.refused = Some((statement, problem));
    }

    /// The statement before the one in the box, or behind it.
    fn recall(&mut self, by: i32) {
        let next = match (self.recalled, by < 0) {
            (None, true) => Some(0),
            (Some(index), true) => Some((index + 1).min(self.before.len().saturating_sub(1))),
            (Some(index), false) => index.checked_sub(1),
            (None, false) => None,
        };
        self.recalled = next.filter(|index| *index < self.before.len());
        self.text = match self.recalled {
            Some(index) => self.before[self.before.len() - 1 - index].clone(),
            None => String::new(),
        };
        self.refused = None;
        self.close();
    }

    /// Once the box is drawn: the caret goes behind what was taken.
    pub fn put_caret(&mut self) {
        let Some(caret) = self.caret.take().and_then(|caret| u32::try_from(caret).ok()) else { return };
        if let Some(field) = field() {
            let _ = field.focus();
            let _ = field.set_selection_range(caret, caret);
        }
    }

    pub fn field(&self, send: &Callback<Msg>) -> Html {
        let typed = send.reform(|event: Event| Msg::Typed(value_of(&event), caret_of(&event)));
        let pressed = {
            let send = send.clone();
            let (is_open, has_active, is_begun) =
                (self.is_open(), self.active.is_some(), self.completion.from < self.completion.to);
            Callback::from(move |event: Event| {
                let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
                let key = match key.key().as_str() {
                    "ArrowUp" => Key::Up,
                    "ArrowDown" => Key::Down,
                    "Enter" => Key::Enter,
                    "Tab" if !key.shift_key() && is_open && (has_active || is_begun) => Key::Tab,
                    "Escape" if is_open => Key::Escape,
                    _ => return,
                };
                event.prevent_default();
                send.emit(Msg::Pressed(key));
            })
        };
        let left = send.reform(|_: Event| Msg::Left);
        let wrong = self.refused.is_some();
        let mut input = tag("input", "input is-code")
            .attr("id", BOX)
            .attr("type", "text")
            .attr("autocomplete", "off")
            .attr("autocapitalize", "off")
            .attr("spellcheck", "false")
            .attr("aria-autocomplete", "list")
            .attr("aria-haspopup", "listbox")
            .attr("aria-controls", LIST)
            .attr("aria-describedby", WRONG)
            .attr("placeholder", &t("bench.example", &[]))
            .attr("aria-invalid", if wrong { "true" } else { "false" });
        if let Some(active) = self.active {
            input = input.attr("aria-activedescendant", &option_id(active));
        }
        let input = input
            .value(&self.text)
            .on(ListenerKind::oninput, typed)
            .on(ListenerKind::onkeydown, pressed)
            .on(ListenerKind::onblur, left)
            .html();
        let label = tag("label", "form-label").attr("for", BOX).text(t("bench.statement", &[])).html();
        group("div", "bench-field is-wide bench-combo", [label, input, self.options(send)])
    }

    /// How it may go on. Always there, so that the box can refer to it; empty where nothing is known.
    fn options(&self, send: &Callback<Msg>) -> Html {
        let options = self.completion.options.iter().enumerate().map(|(index, option)| {
            let chosen = self.active == Some(index);
            tag("li", if chosen { "bench-option is-active" } else { "bench-option" })
                .key(index.to_string())
                .attr("id", &option_id(index))
                .attr("role", "option")
                .attr("aria-selected", if chosen { "true" } else { "false" })
                .text(option.clone())
                .on(ListenerKind::onclick, send.reform(move |_: Event| Msg::Take(index)))
                .html()
        });
        // The keyboard stays in the box while an option is clicked.
        let held = Callback::from(|event: Event| event.prevent_default());
        let list = tag("ul", "bench-options")
            .attr("id", LIST)
            .attr("role", "listbox")
            .attr("aria-label", &t("bench.suggested", &[]))
            .flag("hidden", !self.is_open())
            .on(ListenerKind::onmousedown, held)
            .all(options.collect());
        let told = match self.completion.options.len() {
            0 => String::new(),
            found => count("bench.options", found as u64, &[]),
        };
        let told = tag("span", "visually-hidden").attr("role", "status").text(told);
        group("div", "bench-options-place", [list.html(), told.html()])
    }

    /// What is wrong, and at which word.
    pub fn wrong(&self, send: &Callback<Msg>) -> Html {
        let told = match &self.refused {
            None => none(),
            Some((statement, problem)) => {
                let cut = problem.place.and_then(|place| excerpt(statement, place));
                let shown = match cut {
                    None => none(),
                    Some(cut) => {
                        let code = tag("code", "").text(cut.before).child(plain("mark", "", cut.covered));
                        let excerpt = tag("pre", "script-excerpt").child(code.text(cut.after).html()).html();
                        let (from, to) = (cut.start_utf16, cut.end_utf16);
                        let go = match *statement == self.text {
                            true => pick("link", t("bench.to_word", &[]), move || Msg::ToWord(from, to), send),
                            false => none(),
                        };
                        group("div", "bench-excerpt", [excerpt, go])
                    }
                };
                group("div", "", [refusal(Some(problem)), shown])
            }
        };
        tag("div", "bench-wrong").attr("id", WRONG).attr("role", "alert").child(told).html()
    }
}

/// The word that is wrong is selected in the box.
pub fn select(from: u32, to: u32) {
    if let Some(field) = field() {
        let _ = field.focus();
        let _ = field.set_selection_range(from, to);
    }
}

fn field() -> Option<HtmlInputElement> {
    web_sys::window()?.document()?.get_element_by_id(BOX)?.dyn_into().ok()
}

fn caret_of(event: &Event) -> Option<u32> {
    event.target_dyn_into::<HtmlInputElement>()?.selection_start().ok()?
}

fn option_id(index: usize) -> String {
    format!("bench-option-{index}")
}

/// A place counted in UTF-16 units, in bytes.
fn byte_at(text: &str, units: u32) -> usize {
    let mut left = units as usize;
    for (at, char) in text.char_indices() {
        match left.checked_sub(char.len_utf16()) {
            Some(rest) => left = rest,
            None => return at,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Statement {
        let names = Names {
            verbs: vec!["INSERT INTO".into(), "DELETE FROM".into(), "DROP TABLE".into()],
            tables: vec![("users".into(), vec!["id".into()])],
            ..Names::default()
        };
        Statement { names, ..Statement::default() }
    }

    #[test]
    fn what_was_carried_out_can_be_had_again() {
        let mut statement = Statement::default();
        for text in ["one", "two", "one"] {
            statement.begin(text);
            statement.done();
        }
        assert_eq!(statement.text, "");
        for wanted in ["one", "two", "two"] {
            assert_eq!(statement.press(Key::Up), Some(false));
            assert_eq!(statement.text, wanted, "the first stays");
        }
        statement.press(Key::Down);
        statement.press(Key::Down);
        assert_eq!(statement.text, "");
        statement.type_in("my own".into(), None);
        assert_eq!(statement.press(Key::Up), None, "what is being written stays");
        assert_eq!(statement.text, "my own");
    }

    #[test]
    fn options_are_walked_through_taken_and_put_away() {
        let mut statement = known();
        statement.type_in("D".into(), None);
        assert_eq!(statement.completion.options, ["DELETE FROM", "DROP TABLE"]);
        assert_eq!(statement.press(Key::Down), Some(false));
        assert_eq!(statement.press(Key::Down), Some(false));
        assert_eq!(statement.active, Some(1));
        assert_eq!(statement.press(Key::Down), Some(false));
        assert_eq!(statement.active, None, "past the last stands the text itself");
        statement.press(Key::Up);
        statement.press(Key::Up);
        assert_eq!(statement.press(Key::Enter), Some(false), "an option is taken, nothing is run");
        assert_eq!(statement.text, "DELETE FROM ");
        assert_eq!(statement.completion.options, ["users"]);
        assert_eq!(statement.press(Key::Tab), None, "no word is begun: the keyboard goes on");
        assert_eq!(statement.press(Key::Escape), Some(false));
        assert!(!statement.is_open());
        assert_eq!(statement.press(Key::Enter), Some(true), "now it is run");
        statement.type_in("DELETE FROM u".into(), None);
        assert_eq!(statement.press(Key::Tab), Some(false), "a word that is begun is finished");
        assert_eq!(statement.text, "DELETE FROM users ");
        assert_eq!(statement.caret, Some(18));
    }

    #[test]
    fn places_are_counted_as_a_browser_does() {
        assert_eq!(byte_at("aü😀b", 0), 0);
        assert_eq!(byte_at("aü😀b", 2), 3);
        assert_eq!(byte_at("aü😀b", 4), 7);
        assert_eq!(byte_at("aü😀b", 9), 8);
    }
}
