//! A file of questions in mdbook-quiz's TOML, with our own keys besides: read, checked, and its Markdown made into texts.
//!
//! What is wrong with one question leaves the others as they are. A key that nobody knows is warned of and passed over: files of that project have loaded before, and go on doing so.

use super::finding::Finding;
use super::markdown;
use super::table::{File, Table, near};
use crate::question::{History, Lines, Mistake, Offer, Order, Written, WrittenForm, WrittenKind, WrittenShort};
use crate::text::Text;
use toml::de::DeTable;

/// More than this is nobody's quiz.
const LONGEST_FILE: usize = 4 << 20;

/// What a file held.
#[derive(Debug, Default)]
pub struct Reading {
    pub questions: Vec<Written>,
    pub findings: Vec<Finding>,
}

/// Finds a scenario's text by its name.
pub type Scenarios<'a> = &'a dyn Fn(&str) -> Option<String>;

const FILE_KEYS: [&str; 2] = ["questions", "multipart"];
const QUESTION_KEYS: [&str; 14] = [
    "id",
    "title",
    "type",
    "multipart",
    "prompt",
    "answer",
    "context",
    "promptExplanation",
    "scenario",
    "script",
    "seed",
    "varies",
    "values",
    "runs",
];
const CHOICE_PROMPT_KEYS: [&str; 7] =
    ["prompt", "distractors", "answerIndex", "sortAnswers", "feedback", "misconceptions", "does"];
const CHOICE_ANSWER_KEYS: [&str; 2] = ["answer", "does"];
const SHORT_PROMPT_KEYS: [&str; 2] = ["prompt", "response"];
const SHORT_ANSWER_KEYS: [&str; 5] = ["answer", "alternatives", "computed", "form", "wrong"];
const WRONG_KEYS: [&str; 4] = ["answer", "feedback", "misconception", "does"];
const TYPES: [&str; 3] = ["MultipleChoice", "ShortAnswer", "Tracing"];
const FORMS: [(&str, WrittenForm); 6] = [
    ("text", WrittenForm::Text),
    ("number", WrittenForm::Number),
    ("lsn", WrittenForm::Lsn),
    ("xid", WrittenForm::Xid),
    ("time", WrittenForm::Time),
    ("file", WrittenForm::FileName),
];

/// Whether a text is meant to be a file of questions; others of a folder are somebody else's.
pub fn is_of_questions(text: &str) -> bool {
    let is_head = |line: &str| {
        // Some editors begin a file with a mark of its byte order.
        let line = line.trim_start_matches('\u{feff}').trim_start().trim_start_matches('[').trim_start();
        let name = line.split(['.', ']', '=', ' ', '\t']).next().unwrap_or_default();
        name == "questions" || (name != "question" && near(name, &["questions"]).is_some())
    };
    // `[[question]]` is another kind of file, unless its questions have what only these have.
    let is_single = |line: &str| line.trim_start_matches('\u{feff}').trim() == "[[question]]";
    let is_meant = |line: &str| ["prompt.", "answer.", "prompt =", "answer ="].iter().any(|key| line.starts_with(key));
    text.lines().any(is_head) || text.lines().any(is_single) && text.lines().any(is_meant)
}

/// Reads a file.
pub fn read(text: &str, scenarios: Scenarios<'_>) -> Reading {
    let text = text.trim_start_matches('\u{feff}');
    let file = File::new(text);
    if text.len() > LONGEST_FILE {
        file.error(0, format!("the file has {} bytes, {LONGEST_FILE} are allowed", text.len()), "make several of it");
        return Reading { questions: Vec::new(), findings: file.into_findings() };
    }
    let mut questions = Vec::new();
    match DeTable::parse(text) {
        Ok(table) => {
            let top = Table::new(&file, "the file", 0, table.get_ref());
            questions = of_file(&top, scenarios);
        }
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let what = error.message().lines().next().unwrap_or("it is not TOML").to_owned();
            file.error(at, what, "nothing of the file loads until this is mended");
        }
    }
    Reading { questions, findings: file.into_findings() }
}

fn of_file(top: &Table<'_, '_>, scenarios: Scenarios<'_>) -> Vec<Written> {
    top.knows(&FILE_KEYS);
    let parts = top.named_texts("multipart");
    let Some(value) = top.value("questions") else {
        top.lacks("questions", "begin each question with a line `[[questions]]`");
        return Vec::new();
    };
    let Some(items) = value.get_ref().as_array() else {
        top.file.error(
            value.span().start,
            "`questions` is no list".to_owned(),
            "write `[[questions]]`, with two brackets",
        );
        return Vec::new();
    };
    let mut questions: Vec<Written> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let name = format!("question {}", index + 1);
        let at = item.span().start;
        let Some(keys) = item.get_ref().as_table() else {
            top.file.error(at, format!("{name} is no table"), "begin it with a line `[[questions]]`");
            continue;
        };
        let table = Table::new(top.file, &name, at, keys);
        let Some(written) = question(&table, index + 1, &parts, scenarios) else { continue };
        if questions.iter().any(|other| other.id == written.id) {
            let what = format!("{name} has the id {:?} of another question", written.id);
            top.file.error(at, what, "give it an id of its own");
            continue;
        }
        questions.push(written);
    }
    questions
}

fn question(
    table: &Table<'_, '_>,
    number: usize,
    parts: &[(String, String)],
    scenarios: Scenarios<'_>,
) -> Option<Written> {
    table.knows(&QUESTION_KEYS);
    let (kind, kind_at) = table.must_say("type")?;
    let id = match table.value("id") {
        Some(_) => table.text("id")?.0,
        None => number.to_string(),
    };
    if id.is_empty() || id.contains('/') {
        table.file.error(
            table.at,
            format!("{} has the id {id:?}", table.name),
            "an id has a character at least, and no /",
        );
        return None;
    }
    if kind == "Tracing" {
        let what = format!("{} is of the type Tracing, which wants a Rust compiler: it is left out", table.name);
        table.file.warning(kind_at, what, "ask it as MultipleChoice or ShortAnswer; the other questions load");
        return None;
    }
    let part = match table.text("multipart") {
        Some((key, at)) => match parts.iter().find(|(own, _)| *own == key) {
            Some((_, text)) => formatted(table, at, text),
            None => {
                let what = format!("{} is of the group {key:?}, which the file does not describe", table.name);
                table.file.error(at, what, format!("write `{key} = \"...\"` under `[multipart]`"));
                return None;
            }
        },
        None => Text::default(),
    };
    let context = table.text("context").map(|(text, at)| formatted(table, at, &text)).unwrap_or_default();
    // Nobody reads prose here: what somebody would explain stays with the reader.
    let _ = table.flag("promptExplanation");
    let history = history(table, scenarios)?;
    let has_history = history.is_some();
    let (prompt, answer) = (table.table("prompt", "prompt")?, table.table("answer", "answer")?);
    let (text, text_at) = prompt.must_say("prompt")?;
    if text.trim().is_empty() {
        prompt.file.warning(
            text_at,
            format!("{} asks nothing", table.name),
            "write what is asked into `prompt.prompt`",
        );
    }
    let kind = match kind.as_str() {
        "MultipleChoice" => choice(&prompt, &answer, has_history)?,
        "ShortAnswer" => short(&prompt, &answer, has_history)?,
        other => {
            let what = format!("{} is of the type {other:?}", table.name);
            let remedy = match near(other, &TYPES) {
                Some(meant) => format!("did you mean {meant:?}?"),
                None => format!("types are {}", TYPES.join(", ")),
            };
            table.file.error(kind_at, what, remedy);
            return None;
        }
    };
    let line = u32::try_from(table.file.line(table.at)).unwrap_or(u32::MAX);
    let title = table.text("title").map(|(text, _)| text).unwrap_or_default();
    Some(Written { id, title, line, prompt: formatted(&prompt, text_at, &text), part, kind, context, history })
}

/// The history that a question names; the outer `None` says that it is wrong.
fn history(table: &Table<'_, '_>, scenarios: Scenarios<'_>) -> Option<Option<History>> {
    let script = match (table.value("scenario"), table.value("script")) {
        (None, None) => {
            let keys = ["seed", "varies", "values", "runs"];
            if let Some(key) = keys.into_iter().find(|key| table.value(key).is_some()) {
                let what = format!("{} has `{key}` and no scenario", table.name);
                table.file.error(table.at, what, "name one: `scenario = \"worked-example\"`");
                return None;
            }
            return Some(None);
        }
        (Some(_), Some(_)) => {
            let what = format!("{} has both `scenario` and `script`", table.name);
            table.file.error(table.at, what, "leave one of them out");
            return None;
        }
        (None, Some(_)) => table.text("script")?.0,
        (Some(_), None) => {
            let (stem, at) = table.text("scenario")?;
            match scenarios(&stem) {
                Some(text) => text,
                None => {
                    let remedy = format!("put {stem}.pitr beside this file, or name one of lessons/content/scenarios");
                    table.file.error(at, format!("there is no scenario {stem:?}"), remedy);
                    return None;
                }
            }
        }
    };
    let seed = match table.value("seed") {
        Some(_) => Some(table.number("seed")?),
        None => None,
    };
    let varies = table.flag("varies").unwrap_or(false);
    Some(Some(History { script, seed, varies, values: table.named_texts("values"), runs: table.named_texts("runs") }))
}

fn choice(prompt: &Table<'_, '_>, answer: &Table<'_, '_>, has_history: bool) -> Option<WrittenKind> {
    prompt.knows(&CHOICE_PROMPT_KEYS);
    answer.knows(&CHOICE_ANSWER_KEYS);
    if prompt.value("distractors").is_none() {
        prompt.lacks("distractors", "write the wrong choices: `prompt.distractors = [\"...\", \"...\"]`");
        return None;
    }
    let wrong = prompt.texts("distractors")?;
    let many = answer.value("answer").is_some_and(|value| value.get_ref().is_array());
    let right = if many { answer.texts("answer")? } else { vec![answer.must_say("answer")?] };
    if right.is_empty() {
        answer.file.error(answer.at, "`answer.answer` is an empty list".to_owned(), "name one right choice at least");
        return None;
    }
    if !many && wrong.is_empty() {
        let what = "there is nothing to choose from: no distractor".to_owned();
        prompt.file.warning(prompt.at, what, "write a wrong choice or two");
    }
    for (text, at) in &wrong {
        if right.iter().any(|(other, _)| other.trim() == text.trim()) {
            let what = format!("the distractor {:?} says what a right answer says", clipped(text));
            prompt.file.warning(*at, what, "let it say something that is wrong");
        }
    }
    let order = order(prompt, wrong.len())?;
    let mut offers = [Vec::new(), Vec::new()];
    for (to, from, table) in [(0, &right, answer), (1, &wrong, prompt)] {
        let list = |key: &str| beside(table, key, from.len());
        let (feedback, names) =
            if to == 1 { (list("feedback")?, list("misconceptions")?) } else { (Vec::new(), Vec::new()) };
        let does = list("does")?;
        if !has_history && does.iter().any(|does| !does.is_empty()) {
            table.file.error(
                table.at,
                "`does` wants a scenario on which it is done".to_owned(),
                "name one: `scenario = \"worked-example\"`",
            );
            return None;
        }
        let at = |list: &[String], index: usize| list.get(index).cloned().unwrap_or_default();
        offers[to] = from
            .iter()
            .enumerate()
            .map(|(index, (text, place))| Offer {
                text: formatted(table, *place, text),
                mistake: Mistake {
                    feedback: formatted(table, *place, &at(&feedback, index)),
                    misconception: at(&names, index),
                    does: at(&does, index),
                },
            })
            .collect();
    }
    let [right, wrong] = offers;
    Some(WrittenKind::Choice { many, right, wrong, order })
}

/// A list that has an entry for each choice, or is not there.
fn beside(table: &Table<'_, '_>, key: &str, choices: usize) -> Option<Vec<String>> {
    let single = table.value(key).filter(|value| value.get_ref().is_str());
    let texts: Vec<String> = match single {
        Some(_) => vec![table.text(key)?.0],
        None => table.texts(key)?.into_iter().map(|(text, _)| text).collect(),
    };
    if !texts.is_empty() && texts.len() != choices {
        let at = table.value(key).map_or(table.at, |value| value.span().start);
        let what = format!("`{}.{key}` has {} entries for {choices} choices", table.name, texts.len());
        table.file.error(at, what, "write one for each, in the same order; \"\" says nothing");
        return None;
    }
    Some(texts)
}

fn order(prompt: &Table<'_, '_>, wrong: usize) -> Option<Order> {
    let sorted = prompt.flag("sortAnswers");
    let index = match prompt.value("answerIndex") {
        Some(_) => Some(prompt.number("answerIndex")?),
        None => None,
    };
    let at = prompt.value("answerIndex").map_or(prompt.at, |value| value.span().start);
    match (index, sorted) {
        (Some(_), Some(true)) => {
            let what = "`answerIndex` and `sortAnswers` are both there".to_owned();
            prompt.file.error(at, what, "leave one of them out");
            None
        }
        (Some(index), _) if index > wrong as u64 => {
            let what = format!("`answerIndex` is {index}, and there are {wrong} distractors");
            prompt.file.error(at, what, format!("it counts from 0: write 0 to {wrong}"));
            None
        }
        (Some(index), _) => Some(Order::At(index as u32)),
        (None, Some(true)) => Some(Order::Sorted),
        (None, _) => Some(Order::Shuffled),
    }
}

fn short(prompt: &Table<'_, '_>, answer: &Table<'_, '_>, has_history: bool) -> Option<WrittenKind> {
    prompt.knows(&SHORT_PROMPT_KEYS);
    answer.knows(&SHORT_ANSWER_KEYS);
    let lines = match prompt.text("response") {
        None => Lines::One,
        Some((word, at)) => match word.as_str() {
            "short" => Lines::One,
            "long" => Lines::Many,
            "code" => Lines::Code,
            _ => {
                prompt.file.error(at, format!("`response` is {word:?}"), "it is \"short\", \"long\" or \"code\"");
                return None;
            }
        },
    };
    let form = match answer.text("form") {
        None => None,
        Some((word, at)) => match FORMS.iter().find(|(known, _)| *known == word) {
            Some((_, form)) => Some(*form),
            None => {
                let known: Vec<&str> = FORMS.iter().map(|(known, _)| *known).collect();
                answer.file.error(at, format!("`form` is {word:?}"), format!("forms are {}", known.join(", ")));
                return None;
            }
        },
    };
    let computed = answer.text("computed");
    if let Some((_, at)) = &computed
        && !has_history
    {
        answer.file.error(*at, "`computed` wants a scenario".to_owned(), "name one: `scenario = \"worked-example\"`");
        return None;
    }
    let mut right = Vec::new();
    if computed.is_none() || answer.value("answer").is_some() {
        right.push(answer.must_say("answer")?.0);
    }
    right.extend(answer.texts("alternatives")?.into_iter().map(|(text, _)| text));
    if right.iter().any(|text| text.trim().is_empty()) {
        answer.file.error(answer.at, "a right answer is empty".to_owned(), "nobody can give it: write what is right");
        return None;
    }
    let known_wrong = known_wrong(answer, has_history)?;
    let (form, computed) = (form.unwrap_or(WrittenForm::Text), computed.map(|(text, _)| text));
    Some(WrittenKind::Short(WrittenShort { right, form, lines, computed, known_wrong }))
}

fn known_wrong(answer: &Table<'_, '_>, has_history: bool) -> Option<Vec<(String, Mistake)>> {
    let Some(value) = answer.value("wrong") else { return Some(Vec::new()) };
    let Some(items) = value.get_ref().as_array() else {
        let remedy = "write `answer.wrong = [{ answer = \"...\", feedback = \"...\" }]`";
        answer.file.error(value.span().start, "`answer.wrong` is no list".to_owned(), remedy);
        return None;
    };
    let mut wrong = Vec::new();
    for item in items {
        let at = item.span().start;
        let Some(keys) = item.get_ref().as_table() else {
            answer.file.error(
                at,
                "an entry of `answer.wrong` is no table".to_owned(),
                "write `{ answer = \"...\", feedback = \"...\" }`",
            );
            return None;
        };
        let table = Table::new(answer.file, "answer.wrong", at, keys);
        table.knows(&WRONG_KEYS);
        let text = table.must_say("answer")?.0;
        let said = |key: &str| table.text(key).map(|(text, _)| text).unwrap_or_default();
        let does = said("does");
        if !does.is_empty() && !has_history {
            answer.file.error(
                at,
                "`does` wants a scenario on which it is done".to_owned(),
                "name one: `scenario = \"worked-example\"`",
            );
            return None;
        }
        let feedback = formatted(&table, at, &said("feedback"));
        wrong.push((text, Mistake { feedback, misconception: said("misconception"), does }));
    }
    Some(wrong)
}

/// Markdown made into a text; what is not in it is warned of.
fn formatted(table: &Table<'_, '_>, at: usize, source: &str) -> Text {
    let (text, left_out) = markdown::read(source);
    for what in left_out {
        table.file.warning(at, format!("{what} is not shown"), "say it in words; they are shown");
    }
    text
}

fn clipped(text: &str) -> String {
    text.trim().chars().take(60).collect()
}
