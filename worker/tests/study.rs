//! The self-check, asked as the page asks them.

use pitr_protocol::{Consequence, Decoded, Envelope, PROTOCOL_VERSION, Reply, Request, decode, encode};
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
