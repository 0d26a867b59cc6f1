//! The command line, from one declaration: what is accepted and what the help says cannot differ.

use crate::say::{Outcome, fail};

/// A command of the table in `main.rs`.
pub struct Command {
    pub name: &'static str,
    /// The one operand it takes, if it takes one; in brackets: it can be left out.
    pub operand: Option<&'static str>,
    pub options: &'static [Opt],
    pub help: &'static str,
    pub run: fn(&Given) -> Outcome,
}

/// An option `--name`, or `--name VALUE`.
pub struct Opt {
    pub name: &'static str,
    pub value: Option<&'static str>,
    pub help: &'static str,
}

/// What was given, checked against the declaration.
#[derive(Debug, Default)]
pub struct Given {
    operand: Option<String>,
    options: Vec<(&'static str, String)>,
}

impl Given {
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// The option's value; empty for one that takes none.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
    }

    pub fn operand(&self) -> Option<&str> {
        self.operand.as_deref()
    }
}

/// Finds the command, reads its options and runs it.
pub fn dispatch(commands: &[Command], words: &[String]) -> Outcome {
    let Some((name, rest)) = words.split_first() else {
        print!("{}", help(commands));
        return Ok(());
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print!("{}", help(commands));
        return Ok(());
    }
    let Some(command) = commands.iter().find(|command| command.name == name) else {
        return fail(format!("there is no command `{name}`. These there are:\n\n{}", help(commands)));
    };
    if rest.iter().any(|word| word == "--help" || word == "-h") {
        print!("{}", help(std::slice::from_ref(command)));
        return Ok(());
    }
    (command.run)(&read(command, rest)?)
}

fn read(command: &Command, words: &[String]) -> Outcome<Given> {
    let usage = || help(std::slice::from_ref(command));
    let mut given = Given::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some(option) = word.strip_prefix("--") else {
            if command.operand.is_none() || given.operand.is_some() {
                return fail(format!("`{}` takes no `{word}`:\n\n{}", command.name, usage()));
            }
            given.operand = Some(word.clone());
            continue;
        };
        let (name, inline) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (option, None),
        };
        let Some(declared) = command.options.iter().find(|declared| declared.name == name) else {
            return fail(format!("`{}` has no option `--{name}`:\n\n{}", command.name, usage()));
        };
        let value = match (declared.value, inline) {
            (None, None) => String::new(),
            (None, Some(_)) => return fail(format!("`--{name}` takes no value")),
            (Some(_), Some(value)) => value,
            (Some(what), None) => match words.next() {
                Some(value) => value.clone(),
                None => return fail(format!("`--{name}` wants a value: --{name} {what}")),
            },
        };
        given.options.push((declared.name, value));
    }
    match (command.operand, &given.operand) {
        (Some(operand), None) if !operand.starts_with('[') => {
            fail(format!("`{}` wants {operand}:\n\n{}", command.name, usage()))
        }
        _ => Ok(given),
    }
}

fn help(commands: &[Command]) -> String {
    let mut text = String::from("cargo xtask COMMAND\n");
    for command in commands {
        let operand = command.operand.map(|operand| format!(" {operand}")).unwrap_or_default();
        text.push_str(&format!("\n  {}{operand}\n      {}\n", command.name, command.help));
        for option in command.options {
            let value = option.value.map(|value| format!(" {value}")).unwrap_or_default();
            text.push_str(&format!("      {:<14} {}\n", format!("--{}{value}", option.name), option.help));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(run: fn(&Given) -> Outcome) -> Command {
        Command {
            name: "serve",
            operand: None,
            options: &[
                Opt { name: "port", value: Some("N"), help: "" },
                Opt { name: "no-open", value: None, help: "" },
            ],
            help: "",
            run,
        }
    }

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn options_are_read() {
        let given = read(&command(|_| Ok(())), &words("--port 81 --no-open")).unwrap();
        assert_eq!(given.value("port"), Some("81"));
        assert!(given.has("no-open"));
        let given = read(&command(|_| Ok(())), &words("--port=82")).unwrap();
        assert_eq!(given.value("port"), Some("82"));
        assert!(!given.has("no-open"));
    }

    #[test]
    fn an_operand_in_brackets_can_be_left_out() {
        let of = |operand| Command { operand: Some(operand), ..command(|_| Ok(())) };
        assert!(read(&of("FILE"), &[]).is_err());
        assert_eq!(read(&of("[DIR]"), &[]).unwrap().operand(), None);
        assert_eq!(read(&of("[DIR]"), &words("here")).unwrap().operand(), Some("here"));
    }

    #[test]
    fn what_is_not_declared_is_refused_with_the_usage() {
        for wrong in ["--prot 81", "--port", "somewhere", "--no-open=yes"] {
            assert!(read(&command(|_| Ok(())), &words(wrong)).is_err(), "{wrong}");
        }
        let refusal = dispatch(&[command(|_| Ok(()))], &words("sevre")).unwrap_err().to_string();
        assert!(refusal.contains("`sevre`") && refusal.contains("--port N"), "{refusal}");
    }
}
