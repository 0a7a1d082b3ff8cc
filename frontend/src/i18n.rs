//! Words by key, Chinese first, English second; the English ones travel to whoever chose them alone.
//! Invariant: every key that code names stands in both locale files; a test reads the sources and proves it.

use std::{
    cell::{Cell, OnceCell},
    collections::HashMap,
    fmt::Display,
};

use fupin_client::ClientError;
use fupin_contract::Fault;
use serde_json::{Map, Value};

const ZH: &str = include_str!("../locales/zh.json");
#[cfg(test)]
const EN: &str = include_str!("../locales/en.json");
const STORED_AS: &str = "fupin.language";

/// What the interface speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    /// The tag of the document's `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// What a person chose on this device before; Chinese when nothing was chosen.
    pub fn remembered() -> Self {
        let stored = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
        match stored.and_then(|storage| storage.get_item(STORED_AS).ok().flatten()).as_deref() {
            Some("en") => Self::English,
            Some(_) | None => Self::Chinese,
        }
    }

    /// Speak this language from now on; the caller draws the page anew.
    pub fn choose(self) {
        LANGUAGE.with(|language| language.set(self));
        let Some(window) = web_sys::window() else { return };
        if let Ok(Some(storage)) = window.local_storage() {
            // A browser that keeps nothing only forgets the choice.
            drop(storage.set_item(STORED_AS, self.tag()));
        }
        if let Some(root) = window.document().and_then(|document| document.document_element()) {
            drop(root.set_attribute("lang", self.tag()));
        }
    }
}

type Texts = HashMap<String, String>;

thread_local! {
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::Chinese) };
    static CHINESE: Texts = serde_json::from_str(ZH).unwrap_or_default();
    static ENGLISH: OnceCell<Texts> = const { OnceCell::new() };
}

/// Learn the English words, as the locale file has them.
pub fn learn_english(texts: &str) {
    if let Ok(texts) = serde_json::from_str(texts) {
        // They are learnt once, when the page starts.
        ENGLISH.with(|english| drop(english.set(texts)));
    }
}

/// Whether the words of a language are here; else the page is to start anew.
pub fn is_known(language: Language) -> bool {
    language == Language::Chinese || ENGLISH.with(|english| english.get().is_some())
}

/// What is spoken now.
pub fn language() -> Language {
    LANGUAGE.with(Cell::get)
}

fn find(key: &str) -> Option<String> {
    let chinese = || CHINESE.with(|texts| texts.get(key).cloned());
    match language() {
        Language::Chinese => chinese(),
        Language::English => ENGLISH.with(|texts| texts.get()?.get(key).cloned()).or_else(chinese),
    }
}

/// The text of a key.
pub fn t(key: &str) -> String {
    find(key).unwrap_or_else(|| key.to_owned())
}

/// The text of a key with `{name}` replaced by values.
pub fn tp(key: &str, params: &[(&str, &dyn Display)]) -> String {
    params.iter().fold(t(key), |text, (name, value)| text.replace(&format!("{{{name}}}"), &value.to_string()))
}

fn with_params(text: String, params: &Map<String, Value>) -> String {
    params.iter().fold(text, |text, (name, value)| {
        let shown = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.as_i64().map_or_else(|| number.to_string(), crate::format::count),
            Value::Array(items) => items
                .iter()
                .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                .collect::<Vec<_>>()
                .join("、"),
            Value::Null | Value::Bool(_) | Value::Object(_) => value.to_string(),
        };
        text.replace(&format!("{{{name}}}"), &shown)
    })
}

/// The sentence of a code with its params; none when the locale has no such code.
pub fn sentence_of(code: &str, params: &Map<String, Value>) -> Option<String> {
    find(&format!("error.{code}")).map(|text| with_params(text, params))
}

/// The name of an event of the audit trail; the event itself where it has none yet.
pub fn event_name(event: &str) -> String {
    find(&format!("event.{event}")).unwrap_or_else(|| event.to_owned())
}

/// Every event of the audit trail that has a name, with the name.
pub fn named_events() -> Vec<(String, String)> {
    let mut events: Vec<(String, String)> = CHINESE.with(|texts| {
        let keys = texts.keys().filter_map(|key| key.strip_prefix("event."));
        keys.map(|event| (event.to_owned(), event_name(event))).collect()
    });
    events.sort();
    events
}

/// The sentence of one fault of one field.
pub fn fault_sentence(fault: &Fault) -> String {
    sentence_of(&fault.code, &fault.params).unwrap_or_else(|| t("error.invalid"))
}

/// Why an operation did not succeed, in one sentence; a number to quote where the reason is not the person's.
pub fn error_sentence(error: &ClientError) -> String {
    let params = error.problem().map(|problem| problem.params.clone()).unwrap_or_default();
    let known = sentence_of(error.code(), &params);
    let quotable = error.problem().filter(|problem| problem.status >= 500 || known.is_none());
    let mut sentence = known.unwrap_or_else(|| t("error.unknown"));
    if let Some(problem) = quotable.filter(|problem| !problem.request_id.is_empty()) {
        sentence.push_str(&tp("error.quote", &[("id", &problem.request_id)]));
    }
    sentence
}

/// The first fault of a field in a refusal.
pub fn field_fault(error: Option<&ClientError>, field: &str) -> Option<String> {
    let problem = error?.problem()?;
    problem.faults.get(field)?.first().map(fault_sentence)
}

#[cfg(test)]
#[path = "i18n_tests.rs"]
mod tests;
