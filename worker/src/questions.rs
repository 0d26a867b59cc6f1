//! Questions of templates and of people's files, in the protocol's terms. Which answer is right stays here.

use crate::columns::columns;
use crate::frame;
use crate::loaded::Loaded;
use crate::problems::{self, problem};
use crate::prose::{blocks, words};
use crate::reports;
use pitr_engine::script::{parse, statement_text};
use pitr_engine::types::Micros;
use pitr_engine::{Command, Server};
use pitr_lessons::authored::Lines;
use pitr_lessons::authored::ask::{AskError, Posed as Written};
use pitr_lessons::authored::{posed, shipped};
use pitr_lessons::questions::{self, Answer as OwnAnswer, Form, Kind, Question};
use pitr_protocol::questions::{Answer, Ask, Choice, Entry, Misconception, Posed, Ran, Told, Verdict, Way};
use pitr_protocol::{Problem, Table};
use std::rc::Rc;

/// As many questions are kept ready to be graded; any other is made again.
const KEPT: usize = 6;

/// The questions that were asked last.
#[derive(Debug, Default)]
pub struct Questions {
    kept: Vec<(String, u64, Rc<Held>)>,
}

/// A question with what is right.
#[derive(Debug)]
enum Held {
    Made(Box<Question>),
    Written(Box<Written>),
}

impl Questions {
    pub fn answer(&mut self, asked: Ask) -> Told {
        let told = match asked {
            Ask::Catalog => Ok(Told::Catalog(catalog())),
            Ask::Pose { source, seed } => self.held(&source, seed).map(|held| Told::Posed(shown(&held, &source))),
            Ask::Judge { source, seed, answer } => {
                self.held(&source, seed).and_then(|held| Ok(Told::Judged(judged(&held, &answer)?)))
            }
        };
        told.unwrap_or_else(Told::Refused)
    }

    fn held(&mut self, source: &str, seed: u64) -> Result<Rc<Held>, Problem> {
        if let Some((.., held)) = self.kept.iter().find(|(own, of, _)| own == source && *of == seed) {
            return Ok(Rc::clone(held));
        }
        let held = Rc::new(made(source, seed)?);
        if self.kept.len() >= KEPT {
            self.kept.remove(0);
        }
        self.kept.push((source.to_owned(), seed, Rc::clone(&held)));
        Ok(held)
    }
}

fn made(source: &str, seed: u64) -> Result<Held, Problem> {
    if source.contains('/') {
        let found =
            posed(source, seed).ok_or_else(|| problem("no_such_question", vec![("question", source.to_owned())]))?;
        return found.map(|written| Held::Written(Box::new(written))).map_err(|error| match error {
            AskError::Script(error) => problems::of_script(&error),
            // Content's own mistakes: its checks find them before it is shipped.
            error => problem("bad_question", vec![("why", error.to_string())]),
        });
    }
    questions::make(source, seed).map(|made| Held::Made(Box::new(made))).map_err(|error| match error {
        questions::QuestionError::NoSuchTemplate { .. } => {
            problem("no_such_question", vec![("question", source.to_owned())])
        }
        error => problem(error.code(), error.params()),
    })
}

fn catalog() -> Vec<Entry> {
    let templates = questions::templates().map(|template| Entry {
        source: template.id.to_owned(),
        title: template.title.to_owned(),
        is_template: true,
    });
    let written = shipped().iter().flat_map(|(stem, questions)| {
        questions.iter().map(move |written| Entry {
            source: format!("{stem}/{}", written.id),
            title: first_words(&written.title()),
            is_template: false,
        })
    });
    templates.chain(written).collect()
}

/// As much of a text as a list's line has room for.
fn first_words(text: &str) -> String {
    const MOST: usize = 76;
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(MOST) {
        None => line.to_owned(),
        Some((at, _)) => {
            let cut = line.get(..at).unwrap_or_default();
            format!("{} …", cut.rsplit_once(' ').map_or(cut, |(words, _)| words))
        }
    }
}

fn shown(held: &Held, source: &str) -> Posed {
    let (question, written) = match held {
        Held::Made(question) => (&**question, None),
        Held::Written(written) => (&written.question, Some(written)),
    };
    let choice = |(index, choice): (usize, &questions::Choice)| {
        let formatted = written.and_then(|written| written.choices.get(index)).map(blocks);
        Choice { text: formatted.unwrap_or_else(|| words(&choice.text)) }
    };
    let way = match &question.kind {
        Kind::Single(choices) => Way::Single(choices.iter().enumerate().map(choice).collect()),
        Kind::Multiple(choices) => Way::Multiple(choices.iter().enumerate().map(choice).collect()),
        Kind::Short(short) => {
            let lines = match written.map_or(Lines::One, |written| written.lines) {
                Lines::One => "one",
                Lines::Many => "many",
                Lines::Code => "code",
            };
            Way::Short { form: form(short.form).to_owned(), lines: lines.to_owned() }
        }
        Kind::Order(order) => Way::Order(order.items.iter().map(|item| item.text.clone()).collect()),
        Kind::Place(place) => Way::Place { backup: place.backup.clone() },
    };
    Posed {
        source: source.to_owned(),
        seed: question.seed,
        part: written.map(|written| blocks(&written.part)).unwrap_or_default(),
        prompt: written.map_or_else(|| words(&question.prompt), |written| blocks(&written.prompt)),
        evidence: question.evidence.clone(),
        // As the lab has it once it is opened, so that the page knows it again.
        script: match parse(&question.script) {
            Ok(script) if !question.script.is_empty() => script.to_string(),
            _ => question.script.clone(),
        },
        way,
        varies: written.is_none_or(|written| written.varies),
    }
}

fn form(form: Form) -> &'static str {
    match form {
        Form::Number => "number",
        Form::Lsn => "lsn",
        Form::Xid => "xid",
        Form::Time => "time",
        Form::FileName => "file",
        Form::Text => "text",
    }
}

fn judged(held: &Held, answer: &Answer) -> Result<Verdict, Problem> {
    let question = match held {
        Held::Made(question) => question,
        Held::Written(written) => &written.question,
    };
    let place = |place: &u32| *place as usize;
    let answer = match answer {
        Answer::Choice(choice) => OwnAnswer::Choice(*choice as usize),
        Answer::Choices(choices) => OwnAnswer::Choices(choices.iter().map(place).collect()),
        Answer::Text(text) => OwnAnswer::Text(text.clone()),
        Answer::Order(order) => OwnAnswer::Order(order.iter().map(place).collect()),
        Answer::Target(spec) => OwnAnswer::Target(target_text(question, spec)?),
    };
    let (verdict, why, explanation) = match held {
        Held::Made(question) => {
            let verdict = questions::grade(question, &answer);
            let why = verdict.misconception.as_ref().map(|it| words(&it.text)).unwrap_or_default();
            let explanation = words(&verdict.explanation);
            (verdict, why, explanation)
        }
        Held::Written(written) => {
            let (verdict, why) = written.judge(&answer);
            (verdict, blocks(&why), blocks(&written.context))
        }
    };
    let misconception = verdict.misconception.filter(|it| !it.id.is_empty() || !why.is_empty());
    Ok(Verdict {
        right: verdict.right,
        unreadable: verdict.unreadable.map(str::to_owned),
        misconception: misconception.map(|it| {
            // What nobody is known to believe has no name.
            let id = if questions::is_unforeseen(&it.id) { String::new() } else { it.id };
            Misconception { id, text: why }
        }),
        explanation,
        solution: verdict.solution,
        ran: verdict.consequence.as_deref().and_then(ran),
        note: words(&verdict.note),
        beside: verdict.beside,
    })
}

/// A target of the page's in the scenario language, as it stands behind `recover to`.
fn target_text(question: &Question, spec: &pitr_protocol::TargetSpec) -> Result<String, Problem> {
    let history = Loaded::read(&question.script)?;
    let spec = crate::cuts::read_target(&history, spec)?;
    let zone = history.base.settings().zone;
    let text = statement_text(&Command::Recover(pitr_engine::RecoverySpec { backup: None, ..spec }), zone);
    Ok(text.split_once(" to ").map_or(text.as_str(), |(_, target)| target).to_owned())
}

/// What the engine makes of a script: nothing but the script itself where no recovery stands at its end.
fn ran(script: &str) -> Option<Ran> {
    let loaded = Rc::new(Loaded::read(script).ok()?);
    let tables = |server: Option<&Server>| -> Vec<Table> { server.map(frame::tables).unwrap_or_default() };
    let zone = loaded.base.settings().zone;
    let zone_offset_s = i32::try_from((zone.local(Micros::ZERO) - Micros::ZERO).0 / Micros::SECOND.0).unwrap_or(0);
    let mut ran = Ran {
        script: loaded.script.to_string(),
        report: None,
        problem: None,
        now: Vec::new(),
        recovered: Vec::new(),
        zone_offset_s,
    };
    match loaded.outcome() {
        Some(Ok(report)) => {
            let columns = columns(&loaded);
            ran.report = Some(Box::new(reports::report(&loaded, &columns, report, true, None)));
            let cluster = loaded.run.cluster();
            ran.now = tables(loaded.base.cluster().primary());
            ran.recovered = tables(cluster.recovery().and_then(|recovery| recovery.server()));
        }
        Some(Err(failure)) => ran.problem = Some(problems::of_failure(failure)),
        None => {}
    }
    Some(ran)
}
