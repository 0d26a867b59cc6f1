//! What the page's address asks for before the `#`: a lesson, a question, a view.

/// The value of a query parameter, if it is there and not empty.
pub fn wish(name: &str) -> Option<String> {
    let search = web_sys::window()?.location().search().ok()?;
    let value = web_sys::UrlSearchParams::new_with_str(&search).ok()?.get(name)?;
    Some(value).filter(|value| !value.is_empty())
}

/// As much of an address as a sentence has room for.
pub fn clipped(text: &str) -> String {
    text.chars().take(40).collect()
}
