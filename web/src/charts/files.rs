//! Files that the page gives away: a text as it is, and a picture painted from the text that describes it.

use gloo_timers::callback::Timeout;
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement, Url,
};

/// The browser has taken what it needs after so many milliseconds.
const TAKEN_MS: u32 = 60_000;

/// Gives a text away.
pub fn save_text(name: &str, kind: &str, text: &str) {
    if let Some(blob) = blob(kind, text) {
        give(name, &blob);
    }
}

/// Gives a picture away, painted at least twice as fine as it is shown, so that it is crisp on every screen.
pub fn save_painted(name: &str, svg: &str, width: u32, height: u32) {
    let url = blob("image/svg+xml", svg).and_then(|blob| Url::create_object_url_with_blob(&blob).ok());
    let (Some(url), Ok(image)) = (url, HtmlImageElement::new()) else { return };
    let (name, source, from) = (name.to_owned(), image.clone(), url.clone());
    let loaded = Closure::once_into_js(move || {
        paint(&name, &source, width, height);
        let _ = Url::revoke_object_url(&from);
    });
    image.set_onload(Some(loaded.unchecked_ref()));
    image.set_src(&url);
}

fn paint(name: &str, image: &HtmlImageElement, width: u32, height: u32) -> Option<()> {
    let window = web_sys::window()?;
    let canvas: HtmlCanvasElement = window.document()?.create_element("canvas").ok()?.dyn_into().ok()?;
    let fine = window.device_pixel_ratio().max(2.0);
    let (wide, high) = ((f64::from(width) * fine).round(), (f64::from(height) * fine).round());
    canvas.set_width(wide as u32);
    canvas.set_height(high as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, wide, high).ok()?;
    let name = name.to_owned();
    let painted = Closure::once_into_js(move |painted: Option<Blob>| {
        if let Some(painted) = painted {
            give(&name, &painted);
        }
    });
    canvas.to_blob_with_type(painted.unchecked_ref(), "image/png").ok()
}

fn blob(kind: &str, text: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options).ok()
}

fn give(name: &str, blob: &Blob) -> Option<()> {
    let url = Url::create_object_url_with_blob(blob).ok()?;
    let link = web_sys::window()?.document()?.create_element("a").ok()?;
    let link: HtmlAnchorElement = link.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Timeout::new(TAKEN_MS, move || drop(Url::revoke_object_url(&url))).forget();
    Some(())
}
