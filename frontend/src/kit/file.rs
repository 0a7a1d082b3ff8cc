//! Files between the browser and the person.

use fupin_client::Download;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, Event, File, HtmlInputElement};
use yew::prelude::*;

use super::{Icon, Shape};
use crate::i18n::t;

/// Hands a file to the browser's downloads; `name` is for one that the server gave no name.
pub fn save_file(file: &Download, name: &str) {
    // A browser that makes no file from bytes cannot be helped from here.
    drop(try_save(file, name));
}

fn try_save(file: &Download, name: &str) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let document = window.document().ok_or(JsValue::NULL)?;
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(file.bytes.as_slice()));
    let blob = web_sys::Blob::new_with_u8_array_sequence(&parts)?;
    let url = web_sys::Url::create_object_url_with_blob(&blob)?;
    let link: web_sys::HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(if file.name.is_empty() { name } else { &file.name });
    link.click();
    web_sys::Url::revoke_object_url(&url)
}

/// The file that was chosen in an input.
pub fn chosen_file(event: &Event) -> Option<File> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = input.files()?.get(0);
    // The same file can be chosen again, mended.
    input.set_value("");
    file
}

/// What a file holds.
pub async fn bytes_of(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

#[derive(Properties, PartialEq)]
pub struct DropZoneProps {
    pub take: Callback<File>,
    /// What is to be dropped.
    pub word: String,
}

/// A place to drop a file on, or to choose one with.
#[component]
pub fn DropZone(props: &DropZoneProps) -> Html {
    let over = use_state(|| false);
    let hover = |on: bool| {
        let over = over.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(on);
        })
    };
    let ondrop = {
        let (over, take) = (over.clone(), props.take.clone());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            let dropped = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
            if let Some(file) = dropped {
                take.emit(file);
            }
        })
    };
    let onchange = {
        let take = props.take.clone();
        Callback::from(move |event: Event| {
            if let Some(file) = chosen_file(&event) {
                take.emit(file);
            }
        })
    };
    html! {
        <label class={classes!("drop-zone", over.then_some("drop-zone-over"))} ondragover={hover(true)} ondragenter={hover(true)} ondragleave={hover(false)} {ondrop}>
            <Icon shape={Shape::Upload} />
            <span>{ props.word.clone() }</span>
            <input class="visually-hidden" type="file" accept=".xlsx" {onchange} />
            <span class="button" aria-hidden="true">{ t("sheet.pick") }</span>
        </label>
    }
}
