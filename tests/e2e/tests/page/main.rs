//! The page, end to end: one subject a file.

mod loading;
