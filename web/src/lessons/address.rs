//! The lesson in the page's address, before the `#`.

use wasm_bindgen::JsValue;

/// The address says which lesson stands beside the lab, so that it can be sent and reloaded.
pub fn put_wish(lesson: Option<&str>) -> Option<()> {
    let window = web_sys::window()?;
    let location = window.location();
    let wishes = web_sys::UrlSearchParams::new_with_str(&location.search().ok()?).ok()?;
    match lesson {
        Some(id) => wishes.set("lesson", id),
        None => wishes.delete("lesson"),
    }
    let wishes = String::from(wishes.to_string());
    let mark = if wishes.is_empty() { "" } else { "?" };
    let url = [&location.pathname().ok()?, mark, &wishes, &location.hash().ok()?].concat();
    window.history().ok()?.replace_state_with_url(&JsValue::NULL, "", Some(&url)).ok()
}
