//! In the making.

use yew::prelude::*;

#[component]
pub fn Timeline() -> Html {
    html! {}
}
