//! Every decoder is total: bytes that may be anything, and valid bytes that were mutated, give a value or an error, in bounded memory.
//!
//! More cases: `PROPTEST_CASES=100000 cargo test --release -p pitr-tests --test decoders`.
#![cfg(not(target_arch = "wasm32"))]

mod allocated;

use pitr_engine::types::Micros;
use pitr_engine::{Cluster, Command, Event, EventKind, Manifest, RecoverySpec, Target};
use pitr_tests::decoders::absurd::{self, Place};
use pitr_tests::decoders::{Decoder, Samples};
use pitr_tests::histories::{History, Plot, Told, tell};
use proptest::prelude::*;
use proptest::sample::Index;
use std::sync::LazyLock;

static SAMPLES: LazyLock<Samples> = LazyLock::new(Samples::new);

/// Something that is done to bytes.
#[derive(Debug, Clone)]
enum Mutation {
    FlipBit(Index, u8),
    /// A number of 1, 2, 4 or 8 bytes in the bytes' middle becomes one that somebody forgot.
    Number(Index, u8, u64),
    Truncate(Index),
    Insert(Index, Vec<u8>),
    Remove(Index, u8),
    /// The rest is that of another sample.
    Splice(Index, Index, Index),
}

fn a_mutation() -> impl Strategy<Value = Mutation> {
    let number = prop_oneof![
        Just(0),
        Just(1),
        Just(u64::MAX),
        Just(i64::MAX as u64),
        Just(1 << 63),
        Just(0x7FFF_FFFF_7FFF_FFFF),
        Just(0xFFFF_FFF8_FFFF_FFF8),
        any::<u64>(),
        0_u64..70_000,
    ];
    let at = any::<Index>;
    prop_oneof![
        4 => (at(), 0_u8..8).prop_map(|(at, bit)| Mutation::FlipBit(at, bit)),
        6 => (at(), 0_u8..4, number).prop_map(|(at, width, number)| Mutation::Number(at, width, number)),
        1 => at().prop_map(Mutation::Truncate),
        1 => (at(), prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        1 => (at(), 1_u8..20).prop_map(|(at, count)| Mutation::Remove(at, count)),
        1 => (at(), at(), at()).prop_map(|(at, other, from)| Mutation::Splice(at, other, from)),
    ]
}

fn mutate(bytes: &mut Vec<u8>, mutation: &Mutation, samples: &[&[u8]]) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    match mutation {
        Mutation::FlipBit(at, bit) => bytes[at.index(length)] ^= 1 << bit,
        Mutation::Number(at, width, number) => {
            let number = &number.to_le_bytes()[..1 << width];
            // Fields of the headers, which are where the numbers stand, are met as often as all the rest.
            let at = if at.index(2) == 0 { at.index(length) } else { at.index(length.min(48)) };
            let end = (at + number.len()).min(length);
            bytes[at..end].copy_from_slice(&number[..end - at]);
        }
        Mutation::Truncate(at) => bytes.truncate(at.index(length)),
        Mutation::Insert(at, more) => drop(bytes.splice(at.index(length)..at.index(length), more.iter().copied())),
        Mutation::Remove(at, count) => {
            let at = at.index(length);
            bytes.drain(at..(at + usize::from(*count)).min(length));
        }
        Mutation::Splice(at, other, from) => {
            let other = samples[other.index(samples.len())];
            bytes.truncate(at.index(length));
            bytes.extend_from_slice(&other[from.index(other.len().max(1))..]);
        }
    }
}

/// Lets a decoder at bytes, and holds it to its promises and to memory in proportion to them.
fn check(decoder: Decoder, bytes: &[u8]) -> bool {
    let (taken, most) = allocated::most_during(|| decoder.check(bytes));
    let allowed = 4_000_000 + bytes.len() * 400;
    assert!(most <= allowed, "{decoder:?}: {} bytes in, {most} bytes of memory", bytes.len());
    taken
}

proptest! {
    // What fails is printed whole; the fix comes with a test of its own.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..3000), sealed in any::<bool>()) {
        for decoder in Decoder::ALL {
            let mut bytes = bytes.clone();
            if sealed {
                decoder.seal(&mut bytes);
            }
            check(decoder, &bytes);
        }
    }

    #[test]
    fn mutated_bytes(
        index in any::<Index>(),
        mutations in prop::collection::vec(a_mutation(), 1..5),
        sealed in prop::bool::weighted(0.8),
    ) {
        for decoder in Decoder::ALL {
            let samples = SAMPLES.of(decoder);
            let mut bytes = samples[index.index(samples.len())].to_vec();
            for mutation in &mutations {
                mutate(&mut bytes, mutation, &samples);
            }
            if sealed {
                decoder.seal(&mut bytes);
            }
            check(decoder, &bytes);
        }
    }
}

/// A history with two backups, and the places of its records.
static HISTORY: LazyLock<(Cluster, Vec<Place>)> = LazyLock::new(|| {
    let plot = Plot { eras: 2, steps: 40, faults: false, workloads: false };
    let mut histories = (1..).map(|seed| tell(seed, plot));
    let enough = |history: &History| {
        let records = history.cluster.archive().segments().count() > 4;
        records && history.cluster.backups().catalog().len() == 2 && absurd::survive(&history.cluster) > 5
    };
    let history = histories.find(enough).expect("there are many histories");
    let records = history.told.iter().filter_map(|told| match told {
        Told::Happened(Event { kind: EventKind::RecordWritten { timeline, record, .. }, .. }) => {
            Some(Place::Record(*timeline, record.lsn))
        }
        _ => None,
    });
    (history.cluster.clone(), records.collect())
});

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases(60)) })]

    #[test]
    fn absurd_bytes_where_recoveries_read(
        of_a_record in any::<bool>(),
        index in any::<Index>(),
        mutations in prop::collection::vec(a_mutation(), 1..4),
        sealed in prop::bool::weighted(0.9),
    ) {
        let (cluster, records) = &*HISTORY;
        let places = if of_a_record { records.clone() } else { absurd::places(cluster) };
        let place = &places[index.index(places.len())];
        let ((), most) = allocated::most_during(|| {
            let mut cluster = cluster.clone();
            absurd::change(&mut cluster, place, sealed, |bytes| {
                let length = bytes.len();
                for mutation in &mutations {
                    mutate(bytes, mutation, &[&[0xFF; 64]]);
                }
                // A page or a segment of another length is refused at once.
                if !matches!(place, Place::History(_) | Place::Manifest(_)) {
                    bytes.resize(length, 0);
                }
            });
            absurd::survive(&cluster);
        });
        // For a transaction of the last of 2^32 numbers the commit log's file has a million chunks, all but one empty, on two disks.
        assert!(most < 100_000_000, "{place:?}: {most} bytes of memory");
    }
}

/// A manifest whose checksum agrees says of a file that fetching it would take centuries.
#[test]
fn a_file_takes_as_long_to_come_as_what_is_stored_of_it() {
    let mut cluster = HISTORY.0.clone();
    let labels: Vec<String> = cluster.backups().iter().map(|(label, _)| label.to_owned()).collect();
    for label in &labels {
        let (_, backups) = cluster.stores_mut();
        let stored = &mut backups.open(label).manifest;
        let mut manifest = Manifest::decode(stored).expect("it is whole");
        manifest.files.iter_mut().for_each(|file| file.bytes |= 1 << 59);
        *stored = manifest.encode();
    }
    let asked = cluster.now();
    for label in labels {
        let mut cluster = cluster.clone();
        let spec = RecoverySpec { backup: Some(label), ..RecoverySpec::to(Target::End) };
        cluster.execute("ops", &Command::Recover(spec)).expect("the manifest is there");
        cluster.advance(asked + Micros::HOUR, 10_000);
        let outcome = cluster.recovery().and_then(|recovery| recovery.outcome()).expect("within the hour");
        let failure = outcome.as_ref().expect_err("the file is not as the manifest says");
        assert!(["backup_damaged", "chain_broken"].contains(&failure.code()), "{failure:?}");
    }
}

/// As many cases as the environment asks for, or these.
fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

/// Nothing was damaged, and all recoveries come to their ends: the absurd ones have something to differ from.
#[test]
fn what_is_not_absurd_recovers() {
    let (cluster, records) = &*HISTORY;
    assert!(records.len() > 50);
    assert!(absurd::survive(cluster) > 5);
}

/// So that the mutations begin at something.
#[test]
fn samples_are_taken() {
    for decoder in Decoder::ALL {
        let samples = SAMPLES.of(decoder);
        assert!(samples.len() >= 2 || decoder == Decoder::Log || decoder == Decoder::Words, "{decoder:?}");
        for bytes in samples {
            assert!(check(decoder, bytes), "{decoder:?} refuses a sample: {}", String::from_utf8_lossy(bytes));
            let mut sealed = bytes.to_vec();
            decoder.seal(&mut sealed);
            assert_eq!(sealed, bytes, "{decoder:?}: the checksums are the engine's");
        }
    }
}

/// Found by fuzzing: a segment may say that it is the last of all, with records in it and one that ends with the numbers.
#[test]
fn the_log_ends_where_the_numbers_do() {
    let mut segment = SAMPLES.of(Decoder::Log)[0][..1024].to_vec();
    segment[16..24].copy_from_slice(&(u64::MAX - 1023).to_le_bytes());
    assert!(!check(Decoder::Log, &segment), "it lies elsewhere than it says");
    let mut met = 0;
    for cut in (64..1000).step_by(8) {
        // From there on one record, whose length leads up to the end and past it.
        for length in [1024 - cut, 1032 - cut, 1017 - cut] {
            let mut segment = segment.clone();
            segment[cut..].fill(0);
            segment[cut..cut + 4].copy_from_slice(&(length as u32).to_le_bytes());
            Decoder::Log.seal(&mut segment);
            check(Decoder::Log, &segment);
            met += 1;
        }
    }
    assert!(met > 300);
}

/// A record goes on in the next segment only where that one says so: another server's rest of a record is not taken for it.
#[test]
fn a_segment_says_how_much_of_a_record_it_continues() {
    let log = SAMPLES.of(Decoder::Log)[0];
    let size = pitr_engine::types::SegmentSize::new(1024).expect("a size");
    let first = pitr_engine::types::SegmentNumber(1);
    let (records, _) = pitr_engine::decoders::log(log, size, first);
    let continued =
        |segment: usize| u32::from_le_bytes(log[1024 * segment + 32..][..4].try_into().expect("four bytes"));
    let segment = (1..log.len() / 1024).find(|segment| continued(*segment) > 0).expect("one that continues a record");
    let mut doctored = log.to_vec();
    doctored[1024 * segment + 32] ^= 1;
    Decoder::SegmentHeader.seal(&mut doctored[1024 * segment..1024 * (segment + 1)]);
    let (fewer, end) = pitr_engine::decoders::log(&doctored, size, first);
    assert!(fewer < records, "{fewer} of {records}");
    assert_eq!(end.why, pitr_engine::WhyEnd::BadHeader(pitr_engine::types::SegmentNumber(1 + segment as u64)));
}
