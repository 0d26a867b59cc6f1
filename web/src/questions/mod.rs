//! Questions in the page: a card asks one, hears the answer, and shows what came of it; the practice section asks as many as somebody likes.
//!
//! The worker makes them from a source and a seed and knows what is right; a card holds texts alone ([`engine`]).

mod card;
pub mod engine;
mod given;
mod ordering;
mod practice;
mod prose;
mod result;

pub use card::Card;
pub use practice::Practice;
