//! In the making.

use yew::prelude::*;

#[component]
pub fn Story() -> Html {
    html! {}
}
