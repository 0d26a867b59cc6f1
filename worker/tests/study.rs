//! The charts and the self-check, asked as the page asks them.

use pitr_protocol::{
    Chart, Consequence, Decoded, Envelope, PROTOCOL_VERSION, Reply, Request, ScriptSource, decode, encode,
};
use pitr_worker::Desk;

fn ask(desk: &mut Desk, request: Request) -> Vec<Reply> {
    desk.receive(&encode(&Envelope { version: PROTOCOL_VERSION, id: 7, epoch: 3, body: request }));
    let replies = desk.take_outbox();
    replies
        .iter()
        .map(|bytes| match decode::<Reply>(bytes) {
            Decoded::Message(envelope) => envelope.body,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn one(desk: &mut Desk, request: Request) -> Reply {
    let mut replies = ask(desk, request);
    assert_eq!(replies.len(), 1, "{replies:?}");
    replies.remove(0)
}

#[test]
fn charts_come_point_by_point_and_each_opens_its_run() {
    let mut desk = Desk::new(Box::new(|| 0));
    for chart in [Chart::RtoAgainstCadence, Chart::RpoAgainstInterval] {
        let Reply::ChartBegins(head) = one(&mut desk, Request::Chart(chart)) else { panic!("no head") };
        let mut points = Vec::new();
        let mut done = None;
        while done.is_none() {
            desk.pump();
            for bytes in desk.take_outbox() {
                match decode::<Reply>(&bytes) {
                    Decoded::Message(Envelope { body: Reply::ChartPoint { point, .. }, .. }) => points.push(point),
                    Decoded::Message(Envelope { body: Reply::ChartDone { recoveries, .. }, .. }) => {
                        done = Some(recoveries)
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_eq!(done, Some(head.points * head.runs_per_point));
        assert_eq!(points.len(), head.points as usize);
        assert_eq!((points[0].x_us, points[7].x_us), (head.first_x_us, head.last_x_us));
        let replies = ask(&mut desk, Request::Load(ScriptSource::Text(points[2].worst_script.clone())));
        let Some(Reply::Run(run)) = replies.first() else { panic!("{replies:?}") };
        if chart == Chart::RtoAgainstCadence {
            assert_eq!(run.report.as_ref().unwrap().rto_us, points[2].worst_us);
        }
    }
}

#[test]
fn each_question_has_one_right_choice_and_every_wrong_one_its_consequence() {
    let mut desk = Desk::new(Box::new(|| 0));
    for attempt in 0..3 {
        let Reply::Questions { questions, .. } = one(&mut desk, Request::Questions { attempt }) else { panic!("none") };
        assert_eq!(questions.len(), 2);
        for (question, asked) in (0..).zip(&questions) {
            let mut right = 0;
            for (choice, _) in (0..).zip(&asked.choices) {
                let Reply::Graded { grade, .. } = one(&mut desk, Request::Answer { attempt, question, choice }) else {
                    panic!("not graded")
                };
                right += u32::from(grade.right);
                assert!(!grade.explanation.is_empty());
                if let Consequence::Recovered { recovered, wanted, .. } = &grade.consequence {
                    let values = |tables: &[pitr_protocol::Table]| {
                        let rows = tables.iter().flat_map(|table| &table.rows);
                        rows.map(|row| row.values.clone()).collect::<Vec<_>>()
                    };
                    assert_eq!(values(recovered) == values(wanted), grade.right);
                }
            }
            assert_eq!(right, 1, "attempt {attempt}, question {question}");
        }
    }
}
