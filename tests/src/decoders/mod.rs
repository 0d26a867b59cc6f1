//! Decoders given bytes that may be anything.
//!
//! What is promised of each, and checked by [`Decoder::check`]: it gives a value or an error and does not panic; what comes out is no larger than
//! the bytes account for; and what it takes encodes to the very bytes it was given, where there is one encoding. The same functions stand behind
//! the property tests (`tests/tests/decoders.rs`) and the targets of `fuzz/`.
//!
//! * [`samples`] has valid bytes of every kind, out of a history that was really carried out.
//! * [`absurd`] puts such bytes where recoveries read.
//! * [`seals`] makes checksums agree, so that what lies behind them is reached: who can write bytes can also compute a checksum.

pub mod absurd;
mod samples;
mod seals;

pub use samples::Samples;

use pitr_engine::decoders;
use pitr_engine::explain;
use pitr_engine::script::{parse, parse_target};
use pitr_engine::types::{Micros, RelationId, SegmentNumber, SegmentSize, TimelineId, Zone};
use pitr_engine::{Disk, FileName, WhyEnd, read_target_time};
use pitr_protocol::{Decoded, Reply, Request, Words, decode, encode};

/// The segments that samples are cut into.
pub const SEGMENT_BYTES: u32 = 1024;

/// Something that takes bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decoder {
    Record,
    /// Segments behind one another.
    Log,
    Page,
    /// A page image of a record: the size and the hole (2 bytes each), then what is around it.
    PageImage,
    Row,
    SegmentHeader,
    Manifest,
    Control,
    CommitLog,
    History,
    Script,
    TargetText,
    Message,
    /// The sentences of a language.
    Words,
}

impl Decoder {
    pub const ALL: [Decoder; 14] = [
        Decoder::Record,
        Decoder::Log,
        Decoder::Page,
        Decoder::PageImage,
        Decoder::Row,
        Decoder::SegmentHeader,
        Decoder::Manifest,
        Decoder::Control,
        Decoder::CommitLog,
        Decoder::History,
        Decoder::Script,
        Decoder::TargetText,
        Decoder::Message,
        Decoder::Words,
    ];

    /// The name of its fuzz target.
    pub fn target(self) -> &'static str {
        match self {
            Decoder::Record => "record",
            Decoder::Log => "log",
            Decoder::Page => "page",
            Decoder::PageImage => "page_image",
            Decoder::Row => "row",
            Decoder::SegmentHeader => "segment_header",
            Decoder::Manifest => "manifest",
            Decoder::Control => "control",
            Decoder::CommitLog => "commit_log",
            Decoder::History => "history",
            Decoder::Script => "script",
            Decoder::TargetText => "target_text",
            Decoder::Message => "message",
            Decoder::Words => "words",
        }
    }

    /// Decodes, and panics if a promise is broken. Returns whether the bytes were taken.
    pub fn check(self, bytes: &[u8]) -> bool {
        match self {
            Decoder::Record => {
                let _ = explain::decode_record(bytes).to_string();
                same(bytes, decoders::record(bytes))
            }
            Decoder::Log => check_log(bytes),
            Decoder::Page => {
                let _ = explain::decode_page(bytes).to_string();
                let Some((rows, written)) = decoders::page(bytes) else { return false };
                assert!(rows.iter().map(Vec::len).sum::<usize>() <= bytes.len() * bytes.len());
                same(bytes, Some(written))
            }
            Decoder::PageImage => check_image(bytes),
            Decoder::Row => {
                let _ = explain::decode_row(bytes).to_string();
                let Some((values, written)) = decoders::row(bytes) else { return false };
                assert!(values.len() <= bytes.len());
                same(bytes, Some(written))
            }
            Decoder::SegmentHeader => {
                let _ = explain::decode_segment_header(bytes).to_string();
                same(bytes.get(..40).unwrap_or_default(), decoders::segment_header(bytes))
            }
            Decoder::Manifest => {
                let _ = explain::decode_manifest(bytes).to_string();
                same(bytes, decoders::manifest(bytes))
            }
            Decoder::Control => {
                let _ = explain::decode_control(bytes).to_string();
                same(bytes, decoders::control(bytes))
            }
            Decoder::CommitLog => {
                let _ = explain::decode_commit_log(bytes, 0).to_string();
                let committed = decoders::commit_log(bytes, 1024);
                assert!(committed <= bytes.len() * 4);
                committed > 0
            }
            Decoder::History => {
                let _ = explain::decode_history(bytes).to_string();
                decoders::history(bytes) != [TimelineId(9); 4]
            }
            Decoder::Script => check_script(bytes),
            Decoder::TargetText => check_target(bytes),
            Decoder::Message => check_request(bytes) | check_reply(bytes),
            Decoder::Words => {
                let words = core::str::from_utf8(bytes).ok().and_then(|text| Words::parse(text).ok());
                words.is_some_and(|words| words.keys().all(|key| words.say(key, &[]).len() <= bytes.len() + key.len()))
            }
        }
    }

    /// Makes the checksums in the bytes agree.
    pub fn seal(self, bytes: &mut [u8]) {
        match self {
            Decoder::Record => seals::record(bytes),
            Decoder::Log => seals::segments(bytes, SEGMENT_BYTES),
            Decoder::Page => seals::page(bytes),
            Decoder::SegmentHeader => seals::segment_header(bytes),
            Decoder::Manifest => seals::manifest(bytes),
            Decoder::Control => seals::control(bytes),
            _ => {}
        }
    }
}

/// The pages of a disk whose checksums do not agree with their bytes.
pub fn torn_pages(disk: &Disk) -> Vec<(RelationId, u32)> {
    let is_sealed = |bytes: &[u8]| {
        let mut sealed = bytes.to_vec();
        seals::page(&mut sealed);
        sealed == bytes
    };
    let mut torn = Vec::new();
    for name in disk.files() {
        let FileName::Relation(relation) = name else { continue };
        for block in 0..disk.chunk_count(name) {
            if disk.chunk(name, block).is_some_and(|bytes| !is_sealed(bytes)) {
                torn.push((relation, block));
            }
        }
    }
    torn
}

/// Whether there is a value; what it encodes to must be the bytes that it was decoded from.
fn same(bytes: &[u8], written: Option<Vec<u8>>) -> bool {
    let Some(written) = written else { return false };
    assert_eq!(written, bytes, "encodes to other bytes than it was decoded from");
    true
}

fn check_log(bytes: &[u8]) -> bool {
    let Some(size) = SegmentSize::new(SEGMENT_BYTES) else { return false };
    let (records, end) = decoders::log(bytes, size, SegmentNumber(1));
    // A record takes 24 bytes at least.
    assert!(records * 24 <= bytes.len() as u64, "{records} records in {} bytes", bytes.len());
    let behind = size.start_of(SegmentNumber(2)).advanced(bytes.len() as u64);
    assert!(end.at <= behind, "the log ends at {}, past the bytes", end.at);
    // Where the numbers end the log does, too: no more is read than one segment holds, if there is one that says it lies there.
    let last = SegmentNumber(u64::MAX / u64::from(SEGMENT_BYTES));
    assert!(decoders::log(bytes, size, last).0 * 24 <= u64::from(SEGMENT_BYTES));
    records > 0 || !matches!(end.why, WhyEnd::BadHeader(_) | WhyEnd::NoSegment(_))
}

fn check_image(bytes: &[u8]) -> bool {
    let number = |at: usize| bytes.get(at..at + 2).map_or(0, |two| u16::from_le_bytes([two[0], two[1]]));
    let page_bytes = 1024 << (number(0) % 6);
    let around = bytes.get(6..).unwrap_or_default();
    let Some(rows) = decoders::page_image(page_bytes, number(2), number(4), around) else { return false };
    assert!(rows.len() <= page_bytes as usize);
    true
}

fn check_script(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    match parse(&text) {
        Ok(script) => {
            assert!(script.commands.len() + script.expectations.len() + script.remarks.len() <= text.len() + 1);
            let printed = script.to_string();
            match parse(&printed) {
                Ok(again) => assert_eq!(again, script, "{printed}"),
                Err(error) => panic!("what was printed is refused: {error}\n{printed}"),
            }
            !script.commands.is_empty()
        }
        Err(error) => {
            assert!(error.to_string().len() < 4096 + text.len());
            false
        }
    }
}

fn check_target(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let (now, zone) = (Micros(1_772_593_200_000_000), Zone { offset_s: -12_600 });
    let mut taken = read_target_time(&text, i32::MAX).is_ok();
    for (now, zone) in [(now, zone), (Micros(i64::MIN), Zone { offset_s: i32::MIN }), (Micros(i64::MAX), zone)] {
        for kind in ["time", "lsn", "xid", "name"] {
            if let Ok(target) = parse_target(kind, &text, now, zone) {
                assert!(target.to_string().len() <= text.len() + 64);
                taken |= kind != "name";
            }
        }
    }
    taken
}

fn check_request(bytes: &[u8]) -> bool {
    match decode::<Request>(bytes) {
        Decoded::Message(message) => same(bytes, Some(encode(&message))),
        Decoded::OtherVersion(_) | Decoded::Malformed => false,
    }
}

fn check_reply(bytes: &[u8]) -> bool {
    match decode::<Reply>(bytes) {
        Decoded::Message(message) => same(bytes, Some(encode(&message))),
        Decoded::OtherVersion(_) | Decoded::Malformed => false,
    }
}

/// The relation whose first block samples of pages are.
pub const RELATION: RelationId = RelationId::FIRST_TABLE;
