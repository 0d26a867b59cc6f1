//! Lessons in the protocol's terms. The lesson at hand is kept, so that an answer does not carry its scenario out again.

use crate::loaded::Loaded;
use crate::problems::{of_failure, problem};
use crate::prose::{self, spans};
use crate::reports::spec;
use pitr_engine::types::{Micros, Zone};
use pitr_engine::{RecordNote, Target};
use pitr_lessons::lesson::{self as own, Given, JudgeError, Made, Staged, lesson, lessons};
use pitr_lessons::text::Text;
use pitr_protocol::lesson::{Came, Judged, Lesson, LessonAnswer, LessonAsk, LessonStep, LessonTold, Stand, Task};
use pitr_protocol::{Problem, TargetSpec};
use std::cell::RefCell;
use std::rc::Rc;

/// Answers a question about a lesson.
pub fn answer(loaded: &Loaded, asked: &LessonAsk) -> Result<LessonTold, Problem> {
    match asked {
        LessonAsk::Open { id, seed } => {
            let staged = staged(id, *seed)?;
            opened(&staged, *seed).map(|lesson| LessonTold::Opened(Box::new(lesson)))
        }
        LessonAsk::Answer { id, seed, step, answer } => {
            let staged = staged(id, *seed)?;
            let given = match answer {
                LessonAnswer::Option(option) => Given::Option(*option as usize),
                LessonAnswer::Text(text) => Given::Text(text.clone()),
            };
            let judged = staged.judge(*step as usize, &given).map_err(|error| refused(&error))?;
            Ok(LessonTold::Judged(Box::new(told(judged, staged.zone()))))
        }
        LessonAsk::Check { id, seed, step } => {
            let made = Made { script: loaded.script.clone(), run: Rc::clone(&loaded.run) };
            let checked = staged(id, *seed)?.check(*step as usize, &made);
            checked.map(LessonTold::Checked).ok_or_else(no_step)
        }
        LessonAsk::Show { id, seed, step } => {
            let staged = staged(id, *seed)?;
            let shown = staged.solution(*step as usize).ok_or_else(no_step)?;
            shown
                .map(|shown| LessonTold::Shown(stand(&shown, staged.zone())))
                .map_err(|_| problem("bad_lesson", vec![]))
        }
    }
}

fn no_step() -> Problem {
    problem("no_such_step", vec![])
}

fn refused(error: &JudgeError) -> Problem {
    match error {
        JudgeError::NoSuch => no_step(),
        JudgeError::Unreadable => problem("unreadable_answer", vec![]),
        // The content's own mistakes: the checker finds them before it is shipped.
        JudgeError::Fact(_) => problem("bad_lesson", vec![]),
    }
}

type AtHand = RefCell<Option<(String, u64, Rc<Staged<'static>>)>>;

thread_local! {
    static AT_HAND: AtHand = RefCell::default();
}

fn staged(id: &str, seed: u64) -> Result<Rc<Staged<'static>>, Problem> {
    let at_hand = AT_HAND.with_borrow(|at_hand| {
        let fits = at_hand.as_ref().filter(|(of, under, _)| of == id && *under == seed);
        fits.map(|(.., staged)| Rc::clone(staged))
    });
    if let Some(staged) = at_hand {
        return Ok(staged);
    }
    let known = || lessons().iter().map(|lesson| lesson.front.id.as_str()).collect::<Vec<_>>().join(", ");
    let no_lesson = || problem("no_such_lesson", vec![("lesson", id.chars().take(40).collect()), ("known", known())]);
    let lesson = lesson(id).ok_or_else(no_lesson)?;
    let staged = Rc::new(Staged::new(lesson, seed).map_err(|_| problem("bad_lesson", vec![]))?);
    AT_HAND.set(Some((id.to_owned(), seed, Rc::clone(&staged))));
    Ok(staged)
}

fn opened(staged: &Staged<'_>, seed: u64) -> Result<Lesson, Problem> {
    let bad = |_| problem("bad_lesson", vec![]);
    let blocks = |text: &Text| Ok(prose::blocks(&staged.text(text).map_err(bad)?));
    let front = &staged.lesson.front;
    let mut steps = Vec::new();
    for (section, step) in staged.lesson.sections.iter().zip(&staged.lesson.machine.step) {
        let line = |text: &String| staged.line(text).map(|line| spans(&line)).map_err(bad);
        let task = if let Some(choose) = &step.choose {
            Task::Choose(choose.option.iter().map(|option| line(&option.text)).collect::<Result<_, _>>()?)
        } else if let Some(typed) = &step.typed {
            Task::Type { form: typed.form.clone(), label: staged.fill(&typed.label).map_err(bad)? }
        } else if let Some(act) = &step.act {
            let says = act.until.iter().map(|condition| staged.fill(&condition.says).map_err(bad));
            Task::Act(says.collect::<Result<_, _>>()?)
        } else {
            Task::Watch
        };
        steps.push(LessonStep {
            id: section.id.clone(),
            title: staged.fill(&section.title).map_err(bad)?,
            task,
            predict: blocks(&section.predict)?,
            observe: blocks(&section.observe)?,
            explain: blocks(&section.explain)?,
            hints: step.hints.iter().map(line).collect::<Result<_, _>>()?,
            stand: stand(&staged.stand(&step.scene).map_err(bad)?, staged.zone()),
        });
    }
    Ok(Lesson {
        id: front.id.clone(),
        number: front.number,
        title: front.title.clone(),
        idea: front.idea.clone(),
        minutes: front.minutes,
        seed,
        intro: blocks(&staged.lesson.intro)?,
        steps,
        questions: front.questions.clone(),
        recall: front.recall.clone(),
    })
}

fn stand(stand: &own::Stand, zone: Zone) -> Stand {
    let now = stand.made.run.cluster().now();
    let target = stand.target.as_ref().map(|target| {
        let given = spec(target, zone);
        match target.target {
            // Of the last day the clock says enough, as the lab's own proposals do.
            Target::Time(at) if at <= now && now - at < Micros::DAY => {
                TargetSpec { text: zone.local(at).clock(), ..given }
            }
            _ => given,
        }
    });
    Stand { script: stand.made.script.to_string(), step: stand.step, target }
}

fn told(judged: own::Judged, zone: Zone) -> Judged {
    Judged {
        right: judged.right,
        said: judged.said,
        is: judged.is,
        feedback: spans(&judged.feedback),
        came: judged.came.map(came),
        stand: judged.stand.map(|own| stand(&own, zone)),
    }
}

fn came(came: own::Came) -> Came {
    let end = |note: Option<RecordNote>| note.map(|note| (note.xid.0, note.time.unwrap_or_default().0));
    let (failed, last_in, first_out) = match &came.outcome {
        Some(Ok(report)) => (None, end(report.last_in), end(report.first_out)),
        Some(Err(failure)) => (Some(of_failure(failure)), None, None),
        None => (None, None, None),
    };
    Came { failed, last_in, first_out, tables: came.tables }
}
