//! Light, dark, in high contrast, or as the system has it; remembered where the browser lets us.

use crate::view::{plain, tag};
use crate::words::t;
use gloo_events::EventListener;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

const KEY: &str = "pitr-theme";
const WORN: &str = "data-theme";

/// The event that the document hears when it has changed its clothes: what is painted by hand must be painted again.
pub const CHANGED: &str = "pitr-theme";

/// How the page is to look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
    /// In the system's brightness, with every line and letter in full ink.
    Contrast,
}

impl Theme {
    const ALL: [Theme; 4] = [Theme::System, Theme::Light, Theme::Dark, Theme::Contrast];

    fn code(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::Contrast => "contrast",
        }
    }

    pub fn of_code(code: &str) -> Theme {
        Theme::ALL.into_iter().find(|theme| theme.code() == code).unwrap_or_default()
    }

    /// What the address asks for, or was chosen before; the system's where nothing was, or where the browser keeps nothing.
    pub fn stored() -> Theme {
        let asked = root().and_then(|root| root.get_attribute(WORN));
        let code = asked.or_else(|| storage()?.get_item(KEY).ok().flatten());
        code.map_or(Theme::System, |code| Theme::of_code(&code))
    }

    /// Dresses the document, and remembers it if that can be.
    pub fn wear(self) {
        if let Some(root) = root() {
            // A document that refuses an attribute looks as the system has it.
            let _ = match self {
                Theme::System => root.remove_attribute(WORN),
                chosen => root.set_attribute(WORN, chosen.code()),
            };
        }
        tell();
        if let Some(storage) = storage() {
            // A full or forbidden store: the choice lasts as long as the page.
            let _ = storage.set_item(KEY, self.code());
        }
    }
}

/// Hears what the system wants of contrast and colours, so that what is painted by hand follows; and the study's styles, which come on their own.
pub fn follow_system() {
    let Some(window) = web_sys::window() else { return };
    for query in ["(prefers-contrast: more)", "(forced-colors: active)"] {
        if let Ok(Some(query)) = window.match_media(query) {
            EventListener::new(&query, "change", |_| tell()).forget();
        }
    }
    let styles = window.document().and_then(|document| document.query_selector("link[rel=stylesheet]").ok().flatten());
    if let Some(styles) = styles {
        EventListener::once(&styles, "load", |_| tell()).forget();
    }
    tell();
}

fn tell() {
    if let (Some(document), Ok(event)) =
        (web_sys::window().and_then(|window| window.document()), web_sys::Event::new(CHANGED))
    {
        // An event that nobody may send changes no colours.
        let _ = document.dispatch_event(&event);
    }
}

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

/// Nothing, too, where the address says how the page is to look (`js/start.js`): that is for this visit.
fn storage() -> Option<web_sys::Storage> {
    if root()?.has_attribute("data-asked") {
        return None;
    }
    web_sys::window()?.local_storage().ok().flatten()
}

/// The choice in the page's head.
pub fn theme_choice(theme: Theme, change: Callback<Event>) -> Html {
    let options = Theme::ALL.map(|each| {
        let name = t(&format!("theme.{}", each.code()), &[]);
        tag("option", "").attr("value", each.code()).flag("selected", each == theme).text(name).html()
    });
    tag("label", "theme-choice")
        .child(plain("span", "theme-label", t("theme.label", &[])))
        .child(tag("select", "input is-quiet").all(Vec::from(options)).on(ListenerKind::onchange, change).html())
        .html()
}
