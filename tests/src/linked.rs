//! What a link holds, carried out natively.

use crate::carried::{Carried, carry_out, words};
use pitr_lessons::continued;
use pitr_protocol::{LinkedScript, Permalink};

/// A link and its run.
#[derive(Debug)]
pub struct Linked {
    pub link: Permalink,
    pub carried: Carried,
}

impl Linked {
    /// The digest at the link's step, or at the end.
    pub fn digest(&self) -> String {
        let run = &self.carried.run;
        let step = self.link.step.map_or(run.events().len().saturating_sub(1), |step| step as usize);
        run.state_at(step).digest().to_string()
    }
}

/// Reads a link and carries out what it holds.
///
/// # Errors
/// In words: that the text is no link, or that its script is none or cannot be carried out.
pub fn linked(address: &str) -> Result<Linked, String> {
    let link = Permalink::read(address).map_err(|error| words(error.code(), &error.params()))?;
    let text = match &link.script {
        LinkedScript::Own(text) => text.clone(),
        LinkedScript::Shipped { stem, commands, own } => {
            continued(stem, *commands, own).map_err(|error| words(error.code(), &error.params()))?.to_string()
        }
    };
    let carried = carry_out(&text)?;
    Ok(Linked { link, carried })
}
