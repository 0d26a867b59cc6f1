//! The archive under an archiver that fails, lies, sends twice or breaks off: what is told, and what a recovery makes of it.

use pitr_engine::script::parse;
use pitr_engine::{EventKind, RecoveryFailure, Run};

const SHOP: &str = "\
# A shop
scenario seed 3, date 2026-03-04, segment 4KiB, archive timeout 1m, xid 10
01:00:00 ops    CREATE TABLE notes (id int primary key, text text)
01:01:00 ops    backup b1
01:02:00 app-1  INSERT INTO notes VALUES (1, 'one')
01:04:00 app-1  INSERT INTO notes VALUES (2, 'two')
";

fn run(more: &str) -> Run {
    let script = parse(&format!("{SHOP}{more}")).unwrap_or_else(|error| panic!("{error}"));
    let commands = script.commands.iter().map(|line| line.timed.clone()).collect();
    Run::new(script.settings.clone(), commands).unwrap_or_else(|refused| panic!("{refused:?}"))
}

/// What was told of the archive, by code, with the second of the day.
fn told(run: &Run) -> Vec<(i64, &'static str)> {
    let second = |at: pitr_engine::types::Micros| at.0.rem_euclid(86_400_000_000) / 1_000_000 - 3600;
    let told = run.events().iter().filter_map(|event| match &event.kind {
        EventKind::Archiving(what) => Some((second(event.at), what.name())),
        _ => None,
    });
    told.collect()
}

fn outcome(run: &Run) -> Result<u32, &RecoveryFailure> {
    let outcome = run.cluster().recovery().and_then(|recovery| recovery.outcome());
    outcome.unwrap_or_else(|| panic!("no recovery is over")).map(|report| report.transactions)
}

#[test]
fn an_archiver_that_fails_tries_thrice_and_rests() {
    let run = run("01:04:30 ops stop archiver\n01:04:40 app-1 INSERT INTO notes VALUES (3, 'three')\n\
        01:07:30 app-1 INSERT INTO notes VALUES (4, 'four')\n01:09:10 ops note 'now'\n");
    assert_eq!(run.cluster().archive_backlog(), 2);
    let failed: Vec<i64> = told(&run).into_iter().map(|(second, _)| second).collect();
    // The segment is closed at its timeout; the tries come a second after another, and the next three a minute later.
    let waits: Vec<i64> = failed.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(waits[..6], [1, 1, 60, 1, 1, 60], "{failed:?}");
    let run = run
        .with(
            parse(&format!("{SHOP}01:09:20 ops start archiver\n01:10:00 ops note 'then'\n")).unwrap().commands[4..]
                .iter()
                .map(|line| line.timed.clone())
                .collect(),
        )
        .unwrap();
    assert_eq!(run.cluster().archive_backlog(), 0);
}

#[test]
fn an_archiver_that_lies_makes_a_recovery_short() {
    let lied = run("01:04:30 ops archiver lies\n01:04:40 app-1 INSERT INTO notes VALUES (3, 'three')\n\
        01:08:00 ops lose primary\n01:08:10 ops recover from b1 to end\n");
    assert_eq!(told(&lied).len(), 1);
    assert_eq!(told(&lied)[0].1, "false_archive_success");
    assert_eq!(outcome(&lied), Ok(2));
    let honest = run(
        "01:04:40 app-1 INSERT INTO notes VALUES (3, 'three')\n01:08:00 ops lose primary\n01:08:10 ops recover from b1 to end\n",
    );
    assert_eq!(outcome(&honest), Ok(3));
}

#[test]
fn what_comes_twice_is_taken_once() {
    let run = run("01:04:30 ops archiver duplicates\n01:04:40 app-1 INSERT INTO notes VALUES (3, 'three')\n\
        01:08:00 ops lose primary\n01:08:10 ops recover from b1 to end\n");
    assert_eq!(told(&run).into_iter().map(|(_, code)| code).collect::<Vec<_>>(), ["duplicate_accepted"]);
    assert_eq!(outcome(&run), Ok(3));
}

#[test]
fn an_upload_that_broke_off_is_named_when_it_is_fetched() {
    let story = "01:04:30 ops archiver truncates\n01:04:40 app-1 INSERT INTO notes VALUES (3, 'three')\n\
        01:06:00 ops start archiver\n01:06:10 app-1 INSERT INTO notes VALUES (4, 'four')\n01:09:00 ops lose primary\n";
    let broken = run(&format!("{story}01:09:10 ops recover from b1 to end\n"));
    assert_eq!(told(&broken)[0].1, "partial_upload");
    let failure = outcome(&broken).expect_err("it needs the segment");
    assert_eq!(failure.code(), "object_truncated");
    assert_eq!(failure.params()[1..], [("bytes", "2048".to_owned()), ("wanted", "4096".to_owned())]);
    // A target before it never fetches it.
    let before = run(&format!("{story}01:09:10 ops recover from b1 to time '01:02:00'\n"));
    assert_eq!(outcome(&before), Ok(1));
}

#[test]
fn a_late_segment_holds_up_those_behind_it() {
    let run = run(
        "01:04:10 ops archiver slow 3\n01:04:20 ops delay segment 5 by 10m\n01:04:40 app-1 INSERT INTO notes VALUES (3, 'three')\n\
        01:06:10 app-1 INSERT INTO notes VALUES (4, 'four')\n01:09:00 ops note 'now'\n",
    );
    assert_eq!(run.cluster().archive_backlog(), 2, "{:?}", run.events().iter().rev().take(12).collect::<Vec<_>>());
}

const STREAMED: &str = "\
# A shop whose log is streamed
scenario seed 3, date 2026-03-04, segment 4KiB, archive streaming 300ms only, xid 10
01:00:00 ops    CREATE TABLE notes (id int primary key, text text)
01:01:00 ops    backup b1
01:02:00 app-1  INSERT INTO notes VALUES (1, 'one')
01:04:00 app-1  INSERT INTO notes VALUES (2, 'two')
";

fn streamed(more: &str) -> Run {
    let script = parse(&format!("{STREAMED}{more}")).unwrap_or_else(|error| panic!("{error}"));
    let commands = script.commands.iter().map(|line| line.timed.clone()).collect();
    Run::new(script.settings.clone(), commands).unwrap_or_else(|refused| panic!("{refused:?}"))
}

#[test]
fn what_is_streamed_is_lost_by_the_latency_alone() {
    let lost = streamed(
        "01:05:00 app-1 INSERT INTO notes VALUES (3, 'three')\n\
        01:05:00.2 app-1 INSERT INTO notes VALUES (4, 'four')\n\
        01:05:00.5 ops lose primary\n01:05:10 ops recover from b1 to end\n",
    );
    // 300 ms of the stream and 100 ms of the store: what was flushed less than that before the end never arrived.
    assert_eq!(outcome(&lost), Ok(3));
    assert_eq!(lost.cluster().archive_backlog(), 0);
    assert_eq!(lost.cluster().archive().partial_segments().count(), 1);
}

#[test]
fn a_stream_goes_on_where_it_was_broken_off() {
    let story = "01:04:30 ops stop streaming\n01:05:00 app-1 INSERT INTO notes VALUES (3, 'three')\n";
    let broken = streamed(&format!("{story}01:06:00 ops lose primary\n01:06:10 ops recover from b1 to end\n"));
    assert_eq!(outcome(&broken), Ok(2));
    let mended = streamed(&format!(
        "{story}01:05:30 ops start streaming\n01:06:00 ops lose primary\n01:06:10 ops recover from b1 to end\n"
    ));
    assert_eq!(outcome(&mended), Ok(3));
}

#[test]
fn a_stream_and_whole_segments_agree() {
    let both = STREAMED.replace(" only", "") + "01:05:00 ops switch segment\n01:06:00 ops note 'now'\n";
    let script = parse(&both).unwrap();
    let run =
        Run::new(script.settings.clone(), script.commands.iter().map(|line| line.timed.clone()).collect()).unwrap();
    let codes: Vec<&str> =
        told(&run).into_iter().map(|(_, code)| code).filter(|code| *code != "log_streamed").collect();
    // The archiver is quicker here by the stream's own delay: what the stream completes is there already, with the same bytes.
    assert!(codes.is_empty(), "{codes:?}");
    assert_eq!(run.cluster().archive().partial_segments().count(), 0);
    let mut streamed = streamed("01:05:00 ops switch segment\n01:06:00 ops note 'now'\n");
    streamed = streamed.with(Vec::new()).unwrap();
    let bytes = |run: &Run| -> Vec<Vec<u8>> {
        run.cluster().archive().segments().map(|(_, _, it)| it.bytes.to_vec()).collect()
    };
    assert_eq!(bytes(&run), bytes(&streamed));
}
