//! Light, dark, or as the system has it; remembered where the browser lets us.

use crate::words::t;
use yew::prelude::*;

const KEY: &str = "pitr-theme";

/// The event that the document hears when it has changed its clothes: what is painted by hand must be painted again.
pub const CHANGED: &str = "pitr-theme";

/// How the page is to look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    fn code(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    fn of_code(code: &str) -> Theme {
        Theme::ALL.into_iter().find(|theme| theme.code() == code).unwrap_or_default()
    }

    /// What was chosen before; the system's where nothing was, or where the browser keeps nothing.
    pub fn stored() -> Theme {
        storage()
            .and_then(|storage| storage.get_item(KEY).ok().flatten())
            .map_or(Theme::System, |code| Theme::of_code(&code))
    }

    /// Dresses the document, and remembers it if that can be.
    fn wear(self) {
        let root =
            web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element());
        if let Some(root) = root {
            // A document that refuses an attribute looks as the system has it.
            let _ = match self {
                Theme::System => root.remove_attribute("data-theme"),
                chosen => root.set_attribute("data-theme", chosen.code()),
            };
        }
        if let (Some(document), Ok(event)) =
            (web_sys::window().and_then(|window| window.document()), web_sys::Event::new(CHANGED))
        {
            // An event that nobody may send changes no colours.
            let _ = document.dispatch_event(&event);
        }
        if let Some(storage) = storage() {
            // A full or forbidden store: the choice lasts as long as the page.
            let _ = storage.set_item(KEY, self.code());
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// The choice in the page's head.
#[component]
pub fn ThemeChoice() -> Html {
    let theme = use_state(Theme::stored);
    let choose = {
        let theme = theme.clone();
        Callback::from(move |event: Event| {
            let code = event.target_dyn_into::<web_sys::HtmlSelectElement>().map(|select| select.value());
            let chosen = Theme::of_code(&code.unwrap_or_default());
            chosen.wear();
            theme.set(chosen);
        })
    };
    html! {
        <label class="theme-choice">
            <span class="theme-label">{ t("theme.label", &[]) }</span>
            <select class="input is-quiet" onchange={choose}>
                { for Theme::ALL.into_iter().map(|each| html! {
                    <option value={each.code()} selected={*theme == each}>{ t(&format!("theme.{}", each.code()), &[]) }</option>
                }) }
            </select>
        </label>
    }
}
