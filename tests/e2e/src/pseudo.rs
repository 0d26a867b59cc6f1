//! A language that nobody speaks: every sentence half as long again and in accented letters. What does not fit it will not fit German, and
//! what stays plain English does not come from the language's file.
//!
//! It is made of locales/en.toml when a test asks for it, and takes the place of English as a language of its own would: by the event with
//! which the study hands its sentences over. No site that is published knows of it.

use crate::{Lab, Outcome};
use serde_json::json;
use std::path::Path;

impl Lab {
    /// Has every page that is opened from now on speak it, in frames too.
    pub async fn have_pseudo_spoken(&self) -> Outcome {
        let english = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales/en.toml");
        let pseudo = pseudo(&std::fs::read_to_string(english)?);
        // First of all listeners: nobody hears the English.
        let source = format!(
            "addEventListener('pitr-words', event => {{
                if (event.pseudo) return;
                event.stopImmediatePropagation();
                const said = new CustomEvent('pitr-words', {{ detail: {} }});
                said.pseudo = true;
                window.dispatchEvent(said);
            }});",
            serde_json::to_string(&pseudo)?
        );
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
        Ok(())
    }

    /// Has the page speak it from now on; the page is loaded anew.
    pub async fn speak_pseudo(&self) -> Outcome {
        self.have_pseudo_spoken().await?;
        self.driver.refresh().await?;
        self.wait("the page in the made-up language", async || {
            self.names("button").await.ok()?.iter().any(|name| name.contains(&say("Play"))).then_some(())
        })
        .await
    }
}

/// The file of a language, in the made-up one.
fn pseudo(english: &str) -> String {
    let line = |line: &str| match line.split_once(" = \"") {
        Some((key, sentence)) if !line.starts_with('#') => {
            let sentence = sentence.strip_suffix('"').unwrap_or(sentence);
            format!("{key} = \"{}\"", say(sentence))
        }
        _ => line.to_owned(),
    };
    english.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// A sentence in it. What stands between braces is put in later, and stays; so does what is escaped.
pub fn say(sentence: &str) -> String {
    let mut said = String::new();
    let (mut letters, mut depth, mut escaped) = (0, 0, false);
    for char in sentence.chars() {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth > 0 || char == '}' || escaped || char == '\\' {
            escaped = char == '\\' && !escaped;
            said.push(char);
            continue;
        }
        letters += usize::from(char.is_alphabetic());
        said.push(accented(char));
    }
    // Half as long again, in words, so that it can be broken where a sentence can.
    let mut more = letters.div_ceil(2);
    while more > 0 {
        let word = more.min(6);
        said.push(if letters > 6 { ' ' } else { '·' });
        said.extend("öñåüéß".chars().take(word));
        more -= word;
    }
    said
}

fn accented(char: char) -> char {
    let plain = "AaBbCcDdEeGgHhIiJjKkLlNnOoRrSsTtUuWwYyZz";
    let accented = "ÅåƁƀÇçÐðÉéĜĝĤĥÎîĴĵĶķĻļÑñÖöŔŕŠšŢţÛûŴŵÝýŽž";
    plain.chars().zip(accented.chars()).find(|(from, _)| *from == char).map_or(char, |(_, to)| to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_later_stays() {
        assert_eq!(say("Play"), "Pļåý·öñ");
        let said = say("{count} rows of {name}");
        assert!(said.starts_with("{count} ŕöŵš öf {name}"), "{said}");
        assert_eq!(pseudo("# note\n\"a.b\" = \"\"\n"), "# note\n\"a.b\" = \"\"");
    }

    #[test]
    fn every_sentence_is_half_as_long_again() {
        let english = include_str!("../../../locales/en.toml");
        let made = pseudo(english);
        for (line, made) in english.lines().zip(made.lines()) {
            let letters = |text: &str| text.chars().filter(|char| char.is_alphabetic()).count();
            assert_eq!(line.matches('{').count(), made.matches('{').count(), "{line}");
            assert!(letters(made) >= letters(line), "{line}");
        }
        assert_eq!(english.lines().count(), made.lines().count());
    }
}
