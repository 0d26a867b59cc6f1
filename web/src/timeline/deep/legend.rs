//! What the marks mean that only the picture in depth has.

use crate::view::tag;
use crate::words::t;
use yew::prelude::*;

/// Each as the canvas paints it, its second stroke, and the code of its word.
const ENTRIES: [(&str, &str, &str); 6] = [
    ("checkpoint", "M8 2.5l4.5 4.5L8 11.5L3.5 7z", ""),
    ("savepoint", "M1 3.5a2.5 2.5 0 0 1 2.5-2.5H19v12H3.5A2.5 2.5 0 0 1 1 10.5z", "M7.5 7a3 3 0 1 0 6 0a3 3 0 1 0-6 0"),
    ("restore-point", "M3 13V1", "M3 1l9 4.5L3 10z"),
    ("expired", "M3 3.5h14v7H3z", "M7.5 4.5l5 5M12.5 4.5l-5 5"),
    ("fault", "M9 0.5l7 12.5H2z", "M9 4.5v4M9 10.5v1"),
    ("mended", "M2.5 7a6 6 0 1 0 12 0a6 6 0 1 0-12 0", "M6 7l2 2.5l3.5-4.5"),
];

pub fn legend() -> Html {
    let mut list = tag("ul", "legend deep-legend").attr("aria-label", &t("deep.legend", &[]));
    for (code, first, second) in ENTRIES {
        let mut svg = tag("svg", "").attr("viewBox", "0 0 20 14").attr("width", "20").attr("height", "14");
        for (path, class) in [(first, "first"), (second, "second")] {
            if !path.is_empty() {
                svg = svg.child(tag("path", class).attr("d", path).html());
            }
        }
        let svg = svg.attr("aria-hidden", "true").html();
        let word = t(&format!("deep.legend.{}", code.replace('-', "_")), &[]);
        list = list.child(tag("li", &format!("is-{code}")).child(svg).text(word).html());
    }
    list.html()
}
