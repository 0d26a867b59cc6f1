//! In the making.

use yew::prelude::*;

#[component]
pub fn Transport() -> Html {
    html! {}
}
