//! Charts: axes, bands and lines drawn by plotters, marks that open runs, the table behind them, and files of them.
//!
//! A chart is given what it shows ([`data`]) and knows nothing of where that comes from. Plotters draws axes, bands and lines ([`plot`]); marks, names and the
//! table are the page's own.

mod axis;
pub mod data;
mod download;
mod figure;
mod files;
pub use files::save_text;
mod marks;
mod names;
mod plot;
mod size;
mod table;

pub use axis::policy_label;
pub use figure::ChartFigure;
