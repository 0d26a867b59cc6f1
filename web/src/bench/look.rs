//! How the page looks, as far as a link holds it: names and values in a few characters. What a link says may be anything: what is not
//! understood is passed over.

use crate::timeline::axis::{Scale, Window};
use pitr_protocol::bench::Thing;

/// The names.
pub const AXIS: &str = "axis";
pub const SIGHT: &str = "sight";
pub const INSPECTOR: &str = "inspector";

/// Names and values, each name once.
pub type Looks = Vec<(String, String)>;

/// What stands under a name.
pub fn of<'looks>(looks: &'looks [(String, String)], name: &str) -> Option<&'looks str> {
    looks.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

/// Puts a value under a name, or takes it away; whether that is another than before.
pub fn put(looks: &mut Looks, name: &str, value: Option<String>) -> bool {
    if of(looks, name) == value.as_deref() {
        return false;
    }
    looks.retain(|(own, _)| own != name);
    looks.extend(value.map(|value| (name.to_owned(), value)));
    // The same look is the same link, in whatever order it came about.
    looks.sort();
    true
}

/// The axis, unless it is that of time.
pub fn axis_text(scale: Scale) -> Option<String> {
    (scale == Scale::Lsn).then(|| "lsn".to_owned())
}

pub fn axis_of(looks: &[(String, String)]) -> Scale {
    if of(looks, AXIS) == Some("lsn") { Scale::Lsn } else { Scale::Time }
}

/// The part of the axis that is in sight, to a thousandth of its own length; none for all of it.
pub fn sight_text(window: Window) -> Option<String> {
    if window.is_all() {
        return None;
    }
    let digits = (3.0_f64 - (window.to - window.from).max(1e-12).log10()).ceil().clamp(3.0, 15.0) as usize;
    let share = |share: f64| {
        let text = crate::format::decimals(share, digits);
        text.strip_prefix("0.").map_or_else(|| text.clone(), |rest| format!(".{rest}"))
    };
    Some(format!("{} {}", share(window.from), share(window.to)))
}

pub fn sight_of(looks: &[(String, String)]) -> Window {
    let window = of(looks, SIGHT).and_then(|text| {
        let (from, to) = text.split_once(' ')?;
        let window = Window { from: from.parse().ok()?, to: to.parse().ok()? };
        // What is no number fails each comparison.
        (window.from >= 0.0 && window.to <= 1.0 && window.to - window.from >= 1e-12).then_some(window)
    });
    window.unwrap_or_default()
}

/// A thing that the inspector shows.
pub fn thing_text(thing: &Thing) -> String {
    let recovered = |recovered: &bool| if *recovered { " recovered" } else { "" };
    match thing {
        Thing::Log { timeline, lsn } => format!("log {timeline} {lsn}"),
        Thing::Segment { timeline, lsn, page } => format!("segment {timeline} {lsn} {page}"),
        Thing::Page { relation, name, block, recovered: of } => {
            format!("page {relation} {block} {name}{}", recovered(of))
        }
        Thing::Manifest { label } => format!("manifest {label}"),
        Thing::ControlFile { recovered: of } => format!("control{}", recovered(of)),
        // The first chunk has no number: so links of it always were.
        Thing::CommitLog { recovered: of, chunk: 0 } => format!("commits{}", recovered(of)),
        Thing::CommitLog { recovered: of, chunk } => format!("commits {chunk}{}", recovered(of)),
        Thing::History { timeline } => format!("history {timeline}"),
    }
}

pub fn thing_of(looks: &[(String, String)]) -> Option<Thing> {
    let text = of(looks, INSPECTOR)?;
    let words: Vec<&str> = text.split(' ').collect();
    Some(match words.as_slice() {
        ["log", timeline, lsn] => Thing::Log { timeline: timeline.parse().ok()?, lsn: lsn.parse().ok()? },
        ["segment", timeline, lsn, page] => {
            Thing::Segment { timeline: timeline.parse().ok()?, lsn: lsn.parse().ok()?, page: page.parse().ok()? }
        }
        ["page", relation, block, name, rest @ ..] => Thing::Page {
            relation: relation.parse().ok()?,
            name: (*name).to_owned(),
            block: block.parse().ok()?,
            recovered: rest == ["recovered"],
        },
        ["manifest", label] => Thing::Manifest { label: (*label).to_owned() },
        ["control", rest @ ..] => Thing::ControlFile { recovered: rest == ["recovered"] },
        ["commits"] => Thing::CommitLog { recovered: false, chunk: 0 },
        ["commits", "recovered"] => Thing::CommitLog { recovered: true, chunk: 0 },
        ["commits", chunk, rest @ ..] => {
            Thing::CommitLog { recovered: rest == ["recovered"], chunk: chunk.parse().ok()? }
        }
        ["history", timeline] => Thing::History { timeline: timeline.parse().ok()? },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, value: &str) -> Looks {
        vec![(name.to_owned(), value.to_owned())]
    }

    #[test]
    fn what_is_in_sight_comes_back_to_a_thousandth() {
        assert_eq!(sight_text(Window::default()), None);
        for (from, to) in [(0.25, 0.75), (0.0, 0.1), (0.9999, 1.0), (0.123_456_789_1, 0.123_456_789_9)] {
            let text = sight_text(Window { from, to }).unwrap();
            let back = sight_of(&one(SIGHT, &text));
            let most = (to - from) / 999.0;
            assert!((back.from - from).abs() < most && (back.to - to).abs() < most, "{text}");
        }
        assert_eq!(sight_text(Window { from: 0.25, to: 0.75 }).as_deref(), Some(".2500 .7500"));
    }

    #[test]
    fn what_a_link_says_of_it_may_be_anything() {
        for text in ["", "1", "a b", "NaN 1", "0 NaN", "0.5 0.5", "0.7 0.2", "-1 0.5", "0 2", "0 inf"] {
            assert!(sight_of(&one(SIGHT, text)).is_all(), "{text}");
        }
        for text in
            ["", "log", "log 1", "log x 1", "page", "page 1 2", "other", "history -1", "segment 1 2", "commits x"]
        {
            assert_eq!(thing_of(&one(INSPECTOR, text)), None, "{text}");
        }
        assert_eq!(axis_of(&one(AXIS, "sideways")), Scale::Time);
    }

    #[test]
    fn things_come_back() {
        let things = [
            Thing::Log { timeline: 2, lsn: 0x0300_4A28 },
            Thing::Page { relation: 16_384, name: "users".into(), block: 3, recovered: true },
            Thing::Page { relation: 16_384, name: "users".into(), block: 3, recovered: false },
            Thing::Manifest { label: "b1".into() },
            Thing::ControlFile { recovered: true },
            Thing::CommitLog { recovered: false, chunk: 0 },
            Thing::CommitLog { recovered: true, chunk: 0 },
            Thing::CommitLog { recovered: true, chunk: 244 },
            Thing::Segment { timeline: 2, lsn: 0x0300_0000, page: 7 },
            Thing::History { timeline: 3 },
        ];
        for thing in things {
            assert_eq!(thing_of(&one(INSPECTOR, &thing_text(&thing))), Some(thing));
        }
    }

    #[test]
    fn a_name_stands_once() {
        let mut looks = Looks::new();
        assert!(put(&mut looks, SIGHT, Some("0 .5".into())));
        assert!(put(&mut looks, AXIS, Some("lsn".into())));
        assert!(!put(&mut looks, AXIS, Some("lsn".into())));
        assert_eq!(looks[0].0, AXIS);
        assert!(put(&mut looks, AXIS, None) && !put(&mut looks, AXIS, None));
        assert_eq!(looks.len(), 1);
    }
}
