//! What went wrong, for a person: a stable code and typed parameters; the words stand in the file of the language.

use crate::wire::wire;

wire! {
    /// A refusal. Its sentence is the entry `error.<code>` of the language's file, with `{name}` filled from `params`.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Problem {
        /// Stable, lower case with underscores, such as `target_not_reached`.
        pub code: String,
        /// Name and value, the value in its text form.
        pub params: Vec<(String, String)>,
        /// Where in a script, if it was a script.
        pub place: Option<Place>,
    }

    /// A place in a script, counted from 1; columns count characters.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Place {
        pub line: u32,
        pub column: u32,
        /// How many characters the error covers.
        pub width: u32,
    }
}
