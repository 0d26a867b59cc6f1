//! What the shapes mean.

use crate::view::tag;
use crate::words::t;
use yew::prelude::*;

const BAR: &str = "M1 3.5a2.5 2.5 0 0 1 2.5-2.5H19v12H3.5A2.5 2.5 0 0 1 1 10.5z";

/// Each shape as the canvas paints it, its second stroke, and the code of its word.
const ENTRIES: [(&str, &str, &str); 5] = [
    ("committed", BAR, "M15.5 7a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0"),
    ("open", BAR, ""),
    ("rolled-back", BAR, "M-3 7H23"),
    ("damage", "M1 1h6v12H1z", "M12 2l10 10M22 2 12 12"),
    ("safe", "M5 5h12v4H5z", ""),
];

pub fn legend() -> Html {
    let mut list = tag("ul", "legend").attr("aria-label", &t("legend.title", &[]));
    for (code, first, second) in ENTRIES {
        let mut svg = tag("svg", "").attr("viewBox", "0 0 28 14").attr("width", "28").attr("height", "14");
        for (path, class) in [(first, "first"), (second, "second")] {
            if !path.is_empty() {
                svg = svg.child(tag("path", class).attr("d", path).html());
            }
        }
        let svg = svg.attr("aria-hidden", "true").html();
        list = list.child(tag("li", &format!("is-{code}")).child(svg).text(t(&format!("legend.{code}"), &[])).html());
    }
    list.html()
}
