//! The table of names that columns point into.

use litemap::LiteMap;

/// No name.
pub const NO_NAME: u32 = u32::MAX;

/// Names, each once.
#[derive(Debug, Clone, Default)]
pub struct Names {
    index: LiteMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    /// The index of a name, which is added if it is new.
    pub fn of(&mut self, name: &str) -> u32 {
        if let Some(index) = self.index.get(name) {
            return *index;
        }
        let index = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.index.insert(name.to_owned(), index);
        index
    }

    /// The names, by index.
    pub fn into_names(self) -> Vec<String> {
        self.names
    }
}
