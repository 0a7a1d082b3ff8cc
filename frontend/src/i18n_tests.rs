use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::{EN, ZH};

fn texts(json: &str) -> BTreeMap<String, String> {
    serde_json::from_str(json).unwrap()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every string literal that looks like a key: lower-case words with dots, in a call of a text function or a table of words.
fn keys_in(source: &str) -> BTreeSet<String> {
    let is_key = |text: &&str| {
        let head = text.split('.').next().unwrap_or_default();
        text.contains('.')
            && !text.ends_with('.')
            && HEADS.contains(&head)
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_'))
    };
    source.split('"').skip(1).step_by(2).filter(is_key).map(str::to_owned).collect()
}

/// The first words of keys; `error` keys are composed from codes and are checked on their own.
const HEADS: [&str; 54] = [
    "access",
    "account",
    "act",
    "amend",
    "audit",
    "board",
    "bulk",
    "change",
    "contact",
    "delegation",
    "design",
    "discipline",
    "dun",
    "duplicate",
    "export",
    "form",
    "gap",
    "grid",
    "home",
    "household",
    "import",
    "income_line",
    "kit",
    "ledger",
    "level",
    "log",
    "mail",
    "map",
    "matrix",
    "message",
    "nav",
    "origin",
    "palette",
    "people",
    "permission",
    "person",
    "proposal",
    "report",
    "reveal",
    "role",
    "sandbox",
    "schedule",
    "session",
    "setup",
    "sheet",
    "shell",
    "sighting",
    "sign_in",
    "status",
    "table",
    "task",
    "trend",
    "unit",
    "value",
];

fn all_keys() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    files
        .iter()
        .filter(|file| !file.ends_with("i18n_tests.rs"))
        .flat_map(|file| keys_in(&fs::read_to_string(file).unwrap()))
        .collect()
}

#[test]
fn every_key_that_code_names_stands_in_both_locales() {
    let (zh, en) = (texts(ZH), texts(EN));
    let missing: Vec<_> = all_keys().into_iter().filter(|key| !zh.contains_key(key) || !en.contains_key(key)).collect();
    assert!(missing.is_empty(), "without a text: {missing:?}");
}

#[test]
fn no_text_is_left_over() {
    let used = all_keys();
    let unused: Vec<_> = texts(ZH)
        .into_keys()
        .filter(|key| !key.starts_with("error.") && !key.starts_with("event.") && !used.contains(key))
        .collect();
    assert!(unused.is_empty(), "nobody says: {unused:?}");
}

#[test]
fn both_locales_have_the_same_keys_and_the_same_places_for_values() {
    let (zh, en) = (texts(ZH), texts(EN));
    assert_eq!(zh.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>());
    let places = |text: &str| {
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned()))
            .collect::<BTreeSet<_>>()
    };
    for (key, text) in &zh {
        assert_eq!(places(text), places(&en[key]), "{key}");
    }
}

#[test]
fn every_fault_of_the_form_engine_has_a_sentence() {
    let zh = texts(ZH);
    for code in fupin_form::FaultCode::ALL {
        assert!(zh.contains_key(&format!("error.{}", code.as_str())), "{}", code.as_str());
    }
}

#[test]
fn every_failure_of_the_client_itself_has_a_sentence() {
    let zh = texts(ZH);
    for code in [
        "client.unreachable",
        "client.timed_out",
        "client.unreadable",
        "client.unwritable",
        "unknown",
        "quote",
        "invalid",
    ] {
        assert!(zh.contains_key(&format!("error.{code}")), "{code}");
    }
}
