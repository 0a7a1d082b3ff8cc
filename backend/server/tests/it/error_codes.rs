//! Whatever the platform refuses, a person reads why, in Chinese and in English; and no sentence waits for a code that
//! nothing gives.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources::{below, read, without_tests};

/// The first word of every code that has one.
const AREAS: [&str; 16] = [
    "access",
    "client",
    "fact",
    "form",
    "id_number",
    "import",
    "notify",
    "ops",
    "password",
    "registry",
    "reporting",
    "request",
    "server",
    "template",
    "url",
    "username",
];
/// What makes a code of a word that has no area before it.
const MAKERS: [&str; 4] = ["Fault::new(", "ValidationError::new(", "Refusal::new(", "edge_problem("];
/// What makes the name of an event of a literal, not a code.
const EVENTS: [&str; 4] = ["Event::new(", "Event::on(", "outbox::push(", "outbox::push_all("];

fn sources() -> Vec<(String, String)> {
    let kept = |path: &String| {
        path.ends_with(".rs") && path.contains("/src/") && !path.contains("/tests") && !path.contains("backend/testing/")
            && !path.contains("backend/bench/") && !path.ends_with("/tests.rs")
            // Speaks of events that other domains have left, and refuses nobody.
            && !path.contains("backend/notify/src/drain")
    };
    let files = below("backend").into_iter().chain(below("openapi")).filter(kept);
    files.map(|path| (path.clone(), without_tests(&read(&path)).to_owned())).collect()
}

/// A text literal of a source, with the code before and after it; comments and other literals are blank there.
struct Literal {
    text: String,
    before: String,
    after: String,
}

fn literals(source: &str) -> Vec<Literal> {
    let chars: Vec<char> = source.chars().collect();
    let (mut code, mut spans, mut at) = (chars.clone(), Vec::new(), 0);
    while at < chars.len() {
        let end = end_of_token(&chars, at);
        let blank = if chars[at] == '"' { at + 1..end.saturating_sub(1) } else { at..end };
        if chars[at] == '"' {
            spans.push((at, end));
        }
        if end > at + 1 {
            code[blank].fill(' ');
        }
        at = end;
    }
    let text = |from: usize, to: usize| code[from..to].iter().collect::<String>();
    let literal = |&(start, end): &(usize, usize)| Literal {
        text: chars[start + 1..end - 1].iter().collect(),
        before: text(start.saturating_sub(200), start),
        after: text(end, (end + 40).min(code.len())),
    };
    spans.iter().map(literal).collect()
}

/// Where a comment or a literal that begins here ends; anything else is one character.
fn end_of_token(chars: &[char], at: usize) -> usize {
    let find = |from: usize, end: &str| {
        let end: Vec<char> = end.chars().collect();
        let found = (from..chars.len()).find(|place| chars[*place..].starts_with(&end));
        found.map_or(chars.len(), |place| place + end.len())
    };
    match (chars[at], chars.get(at + 1), chars.get(at + 2)) {
        ('/', Some('/'), _) => find(at, "\n"),
        ('r', Some('#'), Some('"')) => find(at + 3, "\"#"),
        ('\'', Some('\\'), _) => find(at + 3, "'"),
        ('\'', Some(_), Some('\'')) => at + 3,
        ('"', ..) => {
            let mut place = at + 1;
            while place < chars.len() && chars[place] != '"' {
                place += if chars[place] == '\\' { 2 } else { 1 };
            }
            (place + 1).min(chars.len())
        }
        _ => at + 1,
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn has_area(literal: &str) -> bool {
    let mut words = literal.split('.');
    let area = words.next().unwrap_or_default();
    AREAS.contains(&area) && literal.contains('.') && words.all(is_word)
}

/// Whether a literal names something else than a refusal: an event, a job, or what is looked for.
fn is_no_code(literal: &Literal) -> bool {
    let before = literal.before.trim_end();
    let before = before.strip_suffix("tx,").unwrap_or(before).trim_end();
    let statement = before.rsplit(';').next().unwrap_or(before);
    let named = EVENTS.iter().any(|maker| before.ends_with(maker)) || before.ends_with("str =");
    let named = named || statement.contains("let topic =") || statement.contains("fn topic_of");
    named || literal.after.trim_start().starts_with("=>") || literal.after.trim_start().starts_with('|')
}

/// Every code that the backend, the contract or the form engine can give, and where.
fn given() -> BTreeMap<String, String> {
    let mut codes = BTreeMap::new();
    for (path, source) in sources() {
        for literal in literals(&source) {
            let head = literal.before.trim_end();
            let made = MAKERS.iter().any(|maker| head.ends_with(maker)) && literal.text.split('.').all(is_word);
            if made || (has_area(&literal.text) && !is_no_code(&literal)) {
                codes.entry(literal.text).or_insert_with(|| path.clone());
            }
        }
        for check in ["length", "range"] {
            if source.contains("#[validate(") && source.contains(&format!("{check}(")) {
                codes.insert(check.to_owned(), path.clone());
            }
        }
    }
    codes
}

fn sentences(language: &str) -> BTreeMap<String, String> {
    let locale: BTreeMap<String, String> =
        serde_json::from_str(&read(&format!("frontend/locales/{language}.json"))).unwrap();
    locale.into_iter().filter_map(|(key, text)| Some((key.strip_prefix("error.")?.to_owned(), text))).collect()
}

#[test]
fn every_code_has_a_chinese_and_an_english_sentence() {
    let given = given();
    assert!(given.len() > 80, "{given:?}");
    let (chinese, english) = (sentences("zh"), sentences("en"));
    let without: Vec<_> =
        given.iter().filter(|(code, _)| !chinese.contains_key(*code) || !english.contains_key(*code)).collect();
    assert!(without.is_empty(), "{without:#?}");
    let is_chinese = |text: &String| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for code in given.keys() {
        assert!(is_chinese(&chinese[code]), "{code}: {}", chinese[code]);
        assert!(!is_chinese(&english[code]) && !english[code].is_empty(), "{code}: {}", english[code]);
    }
}

#[test]
fn no_sentence_is_unused() {
    let given = given();
    let page: String =
        below("frontend/src").iter().filter(|path| path.ends_with(".rs")).map(|path| read(path)).collect();
    for language in ["zh", "en"] {
        let unused: Vec<String> = sentences(language)
            .into_keys()
            .filter(|code| {
                !given.contains_key(code)
                    && !page.contains(&format!("\"error.{code}\""))
                    && !page.contains(&format!("\"{code}\""))
            })
            .collect();
        assert!(unused.is_empty(), "{language}: {unused:#?}");
    }
}

#[test]
fn both_languages_ask_for_the_same_params() {
    let params = |text: &str| -> BTreeSet<String> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
    };
    let english = sentences("en");
    for (code, text) in sentences("zh") {
        let Some(other) = english.get(&code) else { panic!("error.{code} has no English sentence") };
        assert_eq!(params(&text), params(other), "{code}");
    }
}
