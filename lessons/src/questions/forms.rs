//! Answers as people write them: many ways to say the same.

use super::question::{Form, Short};
use pitr_engine::script::parse_time;
use pitr_engine::types::{Lsn, Micros, Zone};

/// A text that is not of its form, by the code of the sentence that says which is wanted.
pub type Unreadable = &'static str;

/// What a text says, in one way of writing it; two texts that say the same read alike.
pub fn read(short: &Short, text: &str) -> Result<String, Unreadable> {
    let text = text.trim();
    match short.form {
        Form::Number => number(text).map(|number| number.to_string()).ok_or("answer_wants_number"),
        Form::Lsn => lsn(text).map(|lsn| lsn.to_string()).ok_or("answer_wants_lsn"),
        Form::Xid => xid(text).map(|xid| xid.to_string()).ok_or("answer_wants_xid"),
        Form::Time => time(short, text).map(|time| time.to_string()).ok_or("answer_wants_time"),
        Form::FileName => file_name(text).ok_or("answer_wants_file_name"),
        Form::Text if text.is_empty() => Err("answer_wants_text"),
        Form::Text => Ok(text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

/// The text without a word in front or behind, in any case.
fn without<'a>(text: &'a str, word: &str) -> &'a str {
    let is_word = |part: Option<&str>| part.is_some_and(|part| part.eq_ignore_ascii_case(word));
    let behind = text.len().saturating_sub(word.len());
    if is_word(text.get(..word.len())) {
        text.get(word.len()..).unwrap_or_default().trim_start()
    } else if is_word(text.get(behind..)) {
        text.get(..behind).unwrap_or_default().trim_end()
    } else {
        text
    }
}

/// `1234`, `1,234`, `1 234 bytes`, `0x4D2`
fn number(text: &str) -> Option<u64> {
    let text = without(without(text, "bytes"), "byte");
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let is_hex = !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        return is_hex.then(|| u64::from_str_radix(hex, 16).ok()).flatten();
    }
    let separates = |char: char| matches!(char, ',' | '\'' | '_') || char.is_whitespace();
    let digits: String = text.chars().filter(|char| !separates(*char)).collect();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// `0/3A40`, `LSN 0/3a40`, `00000000/00003A40`
fn lsn(text: &str) -> Option<Lsn> {
    let text: String = without(text, "lsn").chars().filter(|char| !char.is_whitespace()).collect();
    text.parse().ok()
}

/// `113`, `XID 113`, `xid113`
fn xid(text: &str) -> Option<u32> {
    let digits = without(text, "xid");
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten().filter(|xid| *xid != 0)
}

fn time(short: &Short, text: &str) -> Option<Micros> {
    let zone = Zone { offset_s: short.offset_s };
    let end_of_day = Micros(short.date_us) + Micros::DAY - Micros(1);
    parse_time(text.trim_matches('\''), end_of_day, zone).ok()
}

/// A segment's or a history file's name in any case, with or without folders in front.
fn file_name(text: &str) -> Option<String> {
    let name = text.rsplit(['/', '\\']).next()?.trim_matches(['\'', '"']).to_ascii_uppercase();
    let (stem, ending) = name.split_once('.').map_or((name.as_str(), ""), |(stem, ending)| (stem, ending));
    let hex = stem.bytes().all(|byte| byte.is_ascii_hexdigit());
    match (stem.len(), ending) {
        (24, "") if hex => Some(name),
        (8, "HISTORY") if hex => Some(format!("{stem}.history")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(form: Form) -> Short {
        let date_us = Micros::of_date(2026, 3, 4).map_or(0, |date| date.0);
        Short {
            form,
            right: Vec::new(),
            known_wrong: Vec::new(),
            does: String::new(),
            note: String::new(),
            scale: None,
            offset_s: 0,
            date_us,
        }
    }

    #[test]
    fn many_ways_to_write_the_same() {
        let alike = |form: Form, texts: &[&str]| {
            let read: Vec<_> = texts.iter().map(|text| read(&short(form), text)).collect();
            assert!(read.iter().all(|said| said.is_ok() && *said == read[0]), "{texts:?}: {read:?}");
        };
        alike(Form::Number, &["1234", " 1,234 ", "1 234 bytes", "0x4d2", "1'234", "1234 Bytes"]);
        alike(Form::Lsn, &["0/3A40", "0/3a40", "00000000/00003A40", "LSN 0/3A40", "0 / 3A40"]);
        alike(Form::Xid, &["113", "XID 113", "xid113", "0113"]);
        alike(Form::Time, &["02:59:59", "2:59:59", "2026-03-04 02:59:59", "02:59:59.0", "04:59:59+02", "02:59:59 UTC"]);
        alike(Form::FileName, &["00000002.history", "00000002.HISTORY", "pg_wal/00000002.History"]);
        alike(Form::FileName, &["00000001000000000000000A", "00000001000000000000000a"]);
        alike(Form::Text, &["The  Log", "the log "]);
        assert_ne!(read(&short(Form::Time), "02:59:59.5"), read(&short(Form::Time), "02:59:59"));
    }

    #[test]
    fn what_is_of_another_form_says_which_is_wanted() {
        let refused = |form: Form, texts: &[&str], code: &str| {
            for text in texts {
                assert_eq!(read(&short(form), text), Err(code), "{text:?}");
            }
        };
        refused(Form::Number, &["", "-1", "many", "1.5", "0x", "12 apples"], "answer_wants_number");
        refused(Form::Lsn, &["", "3A40", "0/", "0/XYZ", "113"], "answer_wants_lsn");
        refused(Form::Xid, &["", "0", "XID", "0/3A40", "4294967296"], "answer_wants_xid");
        refused(Form::Time, &["", "25:00", "02:59:61", "noon", "02:59:59Z"], "answer_wants_time");
        refused(
            Form::FileName,
            &["", "2.history", "00000002", "0000000G.history", "00000002.txt"],
            "answer_wants_file_name",
        );
        refused(Form::Text, &["", "  "], "answer_wants_text");
    }
}
