//! Work that takes long, with a clock that goes on whenever somebody looks at it.

#![cfg(feature = "whole")]

use pitr_protocol::bench::{Ask, PROGRESS_ID, Phase, Progress, Told, open, seal};
use pitr_protocol::{
    Boundary, Decoded, Envelope, PROTOCOL_VERSION, Reply, Request, ScriptSource, TargetKind, TargetSpec, decode, encode,
};
use pitr_worker::Desk;
use std::cell::Cell;

/// Some thousand events.
const LONG: &str = "# Long\nscenario seed 3, date 2026-03-04\n\n\
    00:00:00  ops   CREATE TABLE t (id int primary key, account int, item text)\n\
    00:00:01  ops   backup b1\n\
    00:01:00  shop  workload t every 200ms\n\
    00:40:00  ops   note 'enough'\n";

struct Page {
    desk: Desk,
    heard: Vec<(u32, Reply)>,
}

impl Page {
    /// A desk with the worked example, and a clock that each look puts on by this.
    fn new(us_a_look: i64) -> Page {
        let now = Cell::new(0);
        let clock = move || {
            now.set(now.get() + us_a_look);
            now.get()
        };
        let mut page = Page { desk: Desk::new(Box::new(clock)), heard: Vec::new() };
        page.ask(1, Request::Load(ScriptSource::Shipped("worked-example".into())));
        page.pump();
        assert!(matches!(page.heard.last(), Some((1, Reply::Ready))), "{:?}", page.heard.len());
        page.heard.clear();
        page
    }

    fn ask(&mut self, id: u32, body: Request) {
        self.desk.receive(&encode(&Envelope { version: PROTOCOL_VERSION, id, epoch: 0, body }));
        self.hear();
    }

    fn bench(&mut self, id: u32, ask: &Ask) {
        self.ask(id, Request::Bench(seal(ask)));
    }

    fn hear(&mut self) {
        for bytes in self.desk.take_outbox() {
            let Decoded::Message(Envelope { id, body, .. }) = decode::<Reply>(&bytes) else { panic!("no reply") };
            self.heard.push((id, body));
        }
    }

    /// Lets it work to the end; in how many slices.
    fn pump(&mut self) -> usize {
        (1..)
            .find(|_| {
                let more = self.desk.pump();
                self.hear();
                !more
            })
            .expect("it ends")
    }

    fn progress(&self) -> Vec<Option<Progress>> {
        let told = self.heard.iter().filter(|(id, _)| *id == PROGRESS_ID);
        told.map(|(_, reply)| match reply {
            Reply::Bench(sealed) => match open(sealed) {
                Some(Told::Progress(progress)) => progress,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        })
        .collect()
    }

    /// The answers to a request, without the parts of runs.
    fn answers(&self, to: u32) -> Vec<&Reply> {
        let is_part = |reply: &Reply| matches!(reply, Reply::Records(_) | Reply::Steps(_));
        self.heard.iter().filter(|(id, reply)| *id == to && !is_part(reply)).map(|(_, reply)| reply).collect()
    }

    fn boundaries(&self, to: u32) -> Vec<Boundary> {
        let boundary = |reply: &Reply| match reply {
            Reply::Boundary(boundary) => (**boundary).clone(),
            other => panic!("{other:?}"),
        };
        self.answers(to).into_iter().map(boundary).collect()
    }

    fn digest(&mut self) -> String {
        self.heard.clear();
        self.ask(99, Request::Digest);
        match self.heard.pop() {
            Some((99, Reply::Digest { text })) => text,
            other => panic!("{other:?}"),
        }
    }
}

fn long() -> Request {
    Request::Load(ScriptSource::Text(LONG.into()))
}

#[test]
fn a_long_run_comes_in_slices_and_says_how_far_it_is() {
    let mut page = Page::new(6_000);
    page.ask(2, long());
    assert_eq!(page.answers(2), Vec::<&Reply>::new(), "nothing has come yet");
    let slices = page.pump();
    assert!(slices > 8, "{slices}");
    let progress = page.progress();
    assert!(progress.len() > 3, "{progress:?}");
    assert_eq!(progress.last(), Some(&None), "it is over");
    let some: Vec<Progress> = progress.into_iter().flatten().collect();
    assert!(some.windows(2).all(|pair| pair[0].permille <= pair[1].permille && pair[0].records <= pair[1].records));
    assert!(
        some.iter().all(|progress| progress.can_be_cancelled && progress.of.is_none() && progress.permille <= 1000)
    );
    assert_eq!(some.last().map(|last| last.phase), Some(Phase::LayingOut));
    assert!(matches!(page.answers(2)[..], [Reply::Run(_), Reply::Ready]));
    // In slices or at once, it is the same run.
    let mut quick = Page::new(0);
    quick.ask(2, long());
    assert!(quick.progress().is_empty());
    assert_eq!(page.digest(), quick.digest());
}

#[test]
fn what_is_cancelled_leaves_the_run_that_was_there() {
    let mut page = Page::new(6_000);
    let before = page.digest();
    page.ask(2, long());
    for _ in 0..12 {
        page.desk.pump();
    }
    page.ask(3, Request::Seek { step: 5 });
    page.bench(4, &Ask::Cancel);
    page.pump();
    assert!(matches!(page.answers(3)[..], [Reply::Frame(_)]), "questions are answered meanwhile");
    assert!(matches!(page.answers(2)[..], [Reply::Refused(problem)] if problem.code == "cancelled"));
    assert!(matches!(page.answers(4)[..], [Reply::Done]));
    assert_eq!(page.progress().last(), Some(&None));
    assert_eq!(page.digest(), before);
    // With nothing under way it does nothing.
    page.bench(5, &Ask::Cancel);
    assert!(matches!(page.heard[..], [(5, Reply::Done)]));
    assert_eq!(page.digest(), before);
}

#[test]
fn the_only_run_cannot_be_cancelled() {
    let now = Cell::new(0);
    let clock = move || {
        now.set(now.get() + 6_000);
        now.get()
    };
    let mut page = Page { desk: Desk::new(Box::new(clock)), heard: Vec::new() };
    page.ask(1, long());
    page.bench(2, &Ask::Cancel);
    page.pump();
    assert!(page.progress().iter().flatten().all(|progress| !progress.can_be_cancelled));
    assert!(matches!(page.answers(1)[..], [Reply::Run(_), Reply::Ready]));
}

#[test]
fn the_latest_wish_counts() {
    let mut page = Page::new(6_000);
    page.ask(2, long());
    page.ask(3, Request::Load(ScriptSource::Text(LONG.replace("00:40:00", "00:20:00"))));
    page.pump();
    assert!(matches!(page.answers(2)[..], [Reply::Refused(problem)] if problem.code == "cancelled"));
    assert!(matches!(page.answers(3)[..], [Reply::Run(_), Reply::Ready]));
}

#[test]
fn what_was_tried_is_not_carried_out_twice() {
    let mut page = Page::new(6_000);
    page.bench(2, &Ask::Scenario { stem: "quiz-delete-orders".into() });
    page.pump();
    let script = match page.answers(2)[..] {
        [Reply::Bench(sealed)] => match open(sealed) {
            Some(Told::Linked { script, step: None, target: None, view }) if view.is_empty() => script,
            other => panic!("{other:?}"),
        },
        ref other => panic!("{other:?}"),
    };
    page.heard.clear();
    page.ask(3, Request::Load(ScriptSource::Text(script)));
    page.pump();
    assert!(matches!(page.answers(3)[..], [Reply::Run(head), Reply::Ready] if head.title == "An empty order book"));
    page.bench(4, &Ask::Scenario { stem: "none".into() });
    let told = match page.answers(4)[..] {
        [Reply::Bench(sealed)] => open::<Told>(sealed),
        ref other => panic!("{other:?}"),
    };
    assert!(matches!(told, Some(Told::Refused(problem)) if problem.code == "no_such_scenario"));
}

#[test]
fn a_run_that_goes_on_from_the_one_at_hand_is_the_run_from_its_beginning() {
    let more = [LONG, "00:50:00  ops   UPDATE t SET account = 1 WHERE id = 1\n"].concat();
    // Before the end of what is there: nothing of that can be kept.
    let earlier = LONG.replace("00:40:00  ops   note 'enough'\n", "00:30:00  ops   note 'earlier'\n");
    let recovered = [&more, "00:50:00  ops   recover to time '00:30:00'\n"].concat();
    for text in [more, earlier, recovered] {
        let mut page = Page::new(6_000);
        page.ask(2, long());
        page.pump();
        page.ask(3, Request::Load(ScriptSource::Text(text.clone())));
        page.pump();
        assert!(matches!(page.answers(3)[..], [Reply::Run(_), Reply::Ready]), "{:?}", page.answers(3));
        let mut fresh = Page::new(0);
        fresh.ask(3, Request::Load(ScriptSource::Text(text)));
        assert_eq!(page.answers(3), fresh.answers(3));
        assert_eq!(page.digest(), fresh.digest());
    }
}

#[test]
fn a_long_recovery_is_measured_behind_the_boundary_and_carried_out_in_slices() {
    let mut page = Page::new(6_000);
    page.ask(2, long());
    page.pump();
    page.heard.clear();
    let spec = TargetSpec::new(TargetKind::Time, "00:30:00");
    // Another part of the page may ask for the same, while it is measured and behind that.
    page.ask(3, Request::Boundary(spec.clone()));
    page.ask(13, Request::Boundary(spec.clone()));
    page.pump();
    let boundaries = page.boundaries(3);
    assert_eq!(boundaries.len(), 2, "the cut at once, the time later");
    assert_eq!(page.boundaries(13), boundaries);
    page.ask(23, Request::Boundary(spec.clone()));
    assert_eq!(page.boundaries(23), boundaries[1..], "what is known is told at once");
    assert!(boundaries[0].signals.rto_us.is_none() && boundaries[0].problem.is_none());
    assert!(boundaries[1].signals.rto_us.is_some());
    page.heard.clear();
    page.ask(4, Request::Recover(spec));
    page.pump();
    let some: Vec<Progress> = page.progress().into_iter().flatten().collect();
    assert!(some.iter().any(|progress| progress.phase == Phase::Replaying), "{some:?}");
    let report = match page.answers(4)[..] {
        [Reply::Run(_), Reply::Ready, Reply::Recovered(report)] => report,
        ref other => panic!("{other:?}"),
    };
    assert_eq!(Some(report.rto_us), boundaries[1].signals.rto_us);
    let told = some.iter().rev().find(|progress| progress.phase == Phase::Replaying).and_then(|last| last.of);
    assert!(told.is_some_and(|of| of.abs_diff(report.records) * 50 < of), "{told:?} {}", report.records);
}
