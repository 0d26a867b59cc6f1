//! In the making.

use yew::prelude::*;

#[component]
pub fn Machine() -> Html {
    html! {}
}
