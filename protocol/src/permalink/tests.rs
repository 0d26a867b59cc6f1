//! What is made reads back, whatever it is; whatever is read gives a link or an error; and a link that was made once reads forever.

use super::*;
use proptest::prelude::*;

fn shipped(own: &str) -> Permalink {
    let (stem, own) = ("worked-example".to_owned(), own.to_owned());
    Permalink {
        script: LinkedScript::Shipped { stem, commands: Some(55), own },
        step: Some(120),
        target: Some(LinkedTarget {
            kind: "time".to_owned(),
            text: "2026-03-04 02:59:59".to_owned(),
            inclusive: true,
            backup: Some("b1".to_owned()),
            timeline: None,
            action: None,
        }),
        view: vec![("panel".to_owned(), "machine".to_owned())],
    }
}

fn own(text: &str) -> Permalink {
    Permalink { script: LinkedScript::Own(text.to_owned()), step: None, target: None, view: Vec::new() }
}

#[test]
fn links_of_version_1_read_forever() {
    let golden = [
        (shipped(""), "1.O8PskmLKZoAIhPs7LcmllhRQ"),
        (shipped("03:11:00 ops recover from b1 to time '02:59:59'\n"), "1.cyHXupIBymaACIT7Oy3JpZYUaDgQ5DJpjA1hw6o"),
        (own("# Nothing much\nscenario seed 1\n01:00 ops backup b1\n"), "1.HFV45Tu60D8Bj-jY7xy5Aa3LnmSAFQjDFISHRAa_DA"),
    ];
    for (link, made) in golden {
        assert_eq!(link.link().as_deref(), Ok(made), "{link:?}");
        assert_eq!(Permalink::read(made), Ok(link));
    }
}

#[test]
fn what_stands_before_a_link_is_passed_over() {
    let link = shipped("");
    let made = link.link().unwrap();
    for address in [format!("https://example.org/lab/#/run/{made}"), format!(" #{made}\n"), format!("x?a=b&run={made}")]
    {
        assert_eq!(Permalink::read(&address), Ok(link.clone()), "{address}");
    }
}

#[track_caller]
fn refuse(address: &str, code: &str, param: (&str, &str)) {
    let error = Permalink::read(address).expect_err(address);
    assert_eq!(error.code(), code, "{address}: {error:?}");
    let params = error.params();
    assert!(params.iter().any(|(name, value)| (*name, value.as_str()) == param), "{address}: {params:?}");
    assert_eq!(error.problem().code, code);
}

/// A link whose checksum fits, with any bytes behind it.
fn forged(packed: &[u8]) -> String {
    let mut bytes = checksum(packed).to_le_bytes().to_vec();
    bytes.extend(packed);
    format!("1.{}", pack::to_characters(&bytes))
}

fn forged_text(text: &str) -> String {
    let mut packed = Vec::new();
    put_length(text.len(), &mut packed);
    pack::pack(text.as_bytes(), &mut packed);
    forged(&packed)
}

#[test]
fn wrong_links_say_what_is_wrong() {
    let made = shipped("").link().unwrap();
    refuse("", "no_link", ("text", ""));
    refuse("worked-example", "no_link", ("text", "worked-example"));
    refuse("https://example.org/index.html", "no_link", ("text", "index.html"));
    refuse("2.AAAA", "link_version", ("found", "2"));
    refuse("99999999999999.AAAA", "link_version", ("found", "99999999999999"));
    refuse(&format!("{made}."), "link_character", ("at", &(made.len() + 1).to_string()));
    refuse("1.A A", "link_character", ("found", " "));
    refuse("1.", "link_damaged", ("characters", "2"));
    let cut_off = &made[..made.len() - 1];
    refuse(cut_off, "link_damaged", ("characters", &cut_off.len().to_string()));
    refuse(&format!("1.{}", "A".repeat(9000)), "link_too_long", ("limit", "8000"));
    refuse(&"x".repeat(1 << 20), "link_too_long", ("limit", "8000"));
    refuse(&forged_text("script\nsteps 5\n\n"), "link_line", ("line", "2"));
    refuse(&forged_text("something else"), "link_line", ("text", "something else"));
    refuse(&forged_text("script\nexclusive\n\n"), "link_line", ("text", "exclusive"));
    refuse(&forged_text("scenario a b\n\n"), "link_line", ("line", "1"));
}

#[test]
fn a_small_link_cannot_ask_for_much() {
    // A few bytes that claim the longest text there is are unpacked to it and no further; one more byte is refused.
    let claiming = |length: usize| {
        let mut packed = Vec::new();
        put_length(length, &mut packed);
        Permalink::read(&forged(&packed)).map_err(|error| error.code())
    };
    assert_eq!(claiming(TEXT_BYTES_MAX + 1), Err("link_too_long"));
    assert_eq!(claiming((1 << 28) - 1), Err("link_too_long"));
    assert!(matches!(claiming(TEXT_BYTES_MAX), Err("link_line" | "link_damaged")));
    refuse(&forged(&[0xFF; 5]), "link_damaged", ("characters", "14"));
    let long = own(&"x".repeat(TEXT_BYTES_MAX)).link();
    assert!(matches!(long, Err(LinkError::TooLong { limit: TEXT_BYTES_MAX, .. })), "{long:?}");
}

#[test]
fn every_changed_character_is_noticed() {
    let made = shipped("03:12:00 app-1 COMMIT\n").link().unwrap();
    for at in 2..made.len() {
        for other in ['A', '-', '_', '7', 'z'] {
            let mut changed = made.clone();
            changed.replace_range(at..=at, other.encode_utf8(&mut [0; 4]));
            let read = Permalink::read(&changed).map_err(|error| error.code());
            assert!(changed == made || read == Err("link_damaged"), "{changed}: {read:?}");
        }
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z \\\\\n]{0,12}", "([0-9]{2}:[0-9]{2} app-[1-3] COMMIT\n){0,40}"]
}

fn any_link() -> impl Strategy<Value = Permalink> {
    let script = prop_oneof![
        any_text().prop_map(LinkedScript::Own),
        (any_text(), any::<Option<u32>>(), any_text()).prop_map(|(stem, commands, own)| LinkedScript::Shipped {
            stem,
            commands,
            own
        }),
    ];
    let option = || proptest::option::of(any_text());
    let target = (any_text(), any_text(), any::<bool>(), option(), option(), option()).prop_map(
        |(kind, text, inclusive, backup, timeline, action)| LinkedTarget {
            kind,
            text,
            inclusive,
            backup,
            timeline,
            action,
        },
    );
    let view = proptest::collection::vec((any_text(), any_text()), 0..4);
    (script, any::<Option<u32>>(), proptest::option::of(target), view)
        .prop_map(|(script, step, target, view)| Permalink { script, step, target, view })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_made_reads_back(link in any_link()) {
        let made = link.link().expect("is short enough");
        prop_assert!(made.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{made}");
        prop_assert_eq!(Permalink::read(&made), Ok(link));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), payload in "[A-Za-z0-9_-]{0,200}") {
        let _ = Permalink::read(&text);
        let _ = Permalink::read(&format!("1.{text}"));
        let _ = Permalink::read(&format!("1.{payload}"));
    }

    /// Behind a checksum that fits, too.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..60), text in any_text()) {
        let _ = Permalink::read(&forged(&bytes));
        let _ = Permalink::read(&forged_text(&text));
    }

    #[test]
    fn bytes_are_written_as_characters(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        prop_assert_eq!(pack::from_characters(&pack::to_characters(&bytes)), Ok(bytes));
    }
}
