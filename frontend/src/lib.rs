//! The single-page app: what a person sees and touches.
//!
//! Who does what: `app` boots and routes, `session` knows who is here, `transport` carries calls, `kit` holds the
//! pieces that every page is made of, `pages/<domain>` the screens. Words come from `i18n`, numbers and dates from
//! `format`; charts and maps are drawn by TypeScript behind `interop`.
//!
//! Invariants:
//! - The access token lives in memory only; a reload asks the server for a new one.
//! - The server decides what is allowed; a hidden button is a courtesy.
//! - Every sentence on screen comes from `locales/` by key.

mod app;
mod format;
mod i18n;
mod interop;
pub mod kit;
mod pages;
mod routes;
mod session;
mod shell;
mod transport;
mod words;

use wasm_bindgen::prelude::wasm_bindgen;

/// Whether the person at this device chose English.
#[wasm_bindgen]
pub fn speaks_english() -> bool {
    i18n::Language::remembered() == i18n::Language::English
}

/// Mounts the app; called once by `ts/main.ts`, with the English words for whom they are.
#[wasm_bindgen]
pub fn start(english: Option<String>) {
    if let Some(texts) = english {
        i18n::learn_english(&texts);
    }
    yew::Renderer::<app::App>::new().render();
}
