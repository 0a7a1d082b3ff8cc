//! The sources stay easy to find one's way in. The list of exceptions may only shrink.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources::{below, read};

/// What breaks a rule and is let be: rule and path.
const EXCEPTIONS: &[(&str, &str)] =
    &[("sql", "backend/access/src/caller.rs"), ("sql", "backend/access/src/founding.rs")];

const MOST_LINES: usize = 600;
const MOST_FILES: usize = 20;
/// Names that say nothing of what is inside.
const BANNED: [&str; 6] = ["utils", "util", "common", "helpers", "helper", "manager"];

/// Fail on whatever breaks the rule and is no exception, and on exceptions that are none any more.
fn judge(rule: &str, broken: impl IntoIterator<Item = String>) {
    let broken: BTreeSet<String> = broken.into_iter().collect();
    let excepted: BTreeSet<String> =
        EXCEPTIONS.iter().filter(|(of, _)| *of == rule).map(|(_, path)| (*path).to_owned()).collect();
    let new: Vec<_> = broken.difference(&excepted).collect();
    assert!(new.is_empty(), "{rule}:\n{new:#?}");
    let mended: Vec<_> = excepted.difference(&broken).collect();
    assert!(mended.is_empty(), "no longer needed among the exceptions to {rule:?}: {mended:#?}");
}

fn sources() -> impl Iterator<Item = String> {
    let written = |path: &String| [".rs", ".ts", ".css", ".mjs", ".tsx"].iter().any(|end| path.ends_with(end));
    below("").into_iter().filter(written)
}

fn stem(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or(path)
}

#[test]
fn no_file_is_longer_than_600_lines() {
    judge("length", sources().filter(|path| read(path).lines().count() > MOST_LINES));
}

#[test]
fn no_folder_holds_more_than_20_files() {
    let mut folders: BTreeMap<String, usize> = BTreeMap::new();
    for path in below("") {
        let folder = path.rsplit_once('/').map(|(folder, _)| folder).unwrap_or_default();
        *folders.entry(folder.to_owned()).or_default() += 1;
    }
    judge("crowd", folders.into_iter().filter(|(_, files)| *files > MOST_FILES).map(|(folder, _)| folder));
}

#[test]
fn only_stores_speak_sql() {
    let may = |path: &str| {
        let head = ["backend/kernel/", "backend/testing/", "backend/schema/", "backend/cluster/"];
        head.iter().any(|head| path.starts_with(head)) || path.ends_with("/store.rs") || path.contains("/tests/")
    };
    let speaks = |path: &String| {
        let source = read(path);
        let source = crate::sources::without_tests(&source);
        source.contains("fupin_schema") || source.contains("sql_query")
    };
    let backend = below("backend").into_iter().filter(|path| path.ends_with(".rs") && !may(path));
    judge("sql", backend.filter(speaks));
}

#[test]
fn no_name_says_nothing() {
    let named = |path: &String| {
        path.split('/').any(|part| BANNED.contains(&stem(part)))
            || BANNED.iter().any(|banned| stem(path).ends_with(&format!("_{banned}")))
    };
    judge("name", sources().filter(named));
}

#[test]
fn every_module_begins_by_saying_who_does_what() {
    let silent = |path: &String| !read(path).trim_start().starts_with("//!");
    let modules = |path: &String| {
        let crate_root = path.ends_with("/lib.rs") || path.ends_with("/main.rs");
        path.ends_with(".rs")
            && (crate_root || path.starts_with("backend/") || path.starts_with("openapi/"))
            && !path.ends_with("/build.rs")
    };
    judge("head", below("").into_iter().filter(modules).filter(silent));
}

#[test]
fn every_domain_is_named_in_the_architecture() {
    let architecture = read("backend/ARCHITECTURE.md");
    let crates: BTreeSet<String> = below("backend")
        .into_iter()
        .filter_map(|path| path.strip_prefix("backend/")?.strip_suffix("/Cargo.toml").map(str::to_owned))
        .collect();
    assert!(crates.len() >= 9, "{crates:?}");
    judge("architecture", crates.into_iter().filter(|name| !architecture.contains(&format!("`{name}`"))));
}

#[test]
fn nobody_living_can_be_meant() {
    let text = |path: &String| {
        sources_of_people(path)
            && std::fs::metadata(crate::sources::root().join(path)).is_ok_and(|file| file.len() < 2_000_000)
    };
    let mut found = Vec::new();
    for path in below("").into_iter().filter(text) {
        let Ok(source) = std::fs::read_to_string(crate::sources::root().join(&path)) else { continue };
        let numbers = digit_runs(&source);
        found.extend(numbers.into_iter().filter(|run| is_phone(run) || is_id(run)).map(|run| format!("{path}: {run}")));
    }
    judge("person", found);
}

fn sources_of_people(path: &str) -> bool {
    let ends =
        [".rs", ".ts", ".mjs", ".css", ".json", ".md", ".csv", ".toml", ".sql", ".html", ".py", ".sh", ".yml", ".snap"];
    ends.iter().any(|end| path.ends_with(end)) && !path.ends_with("package-lock.json")
}

/// Runs of digits that stand alone; the check digit of an identity number may be an X.
fn digit_runs(source: &str) -> Vec<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    source
        .split(|c: char| !fits(c))
        .filter(|word| matches!(word.len(), 11 | 18))
        .filter(|word| {
            let (head, last) = word.split_at(word.len() - 1);
            head.bytes().all(|byte| byte.is_ascii_digit()) && matches!(last.as_bytes(), [b'0'..=b'9' | b'X' | b'x'])
        })
        .map(str::to_owned)
        .collect()
}

/// A mobile number outside the blocks `1xx 0000 xxxx`, which no carrier gives out.
fn is_phone(run: &str) -> bool {
    run.len() == 11
        && run.starts_with('1')
        && matches!(run.as_bytes()[1], b'3'..=b'9')
        && run.bytes().all(|byte| byte.is_ascii_digit())
        && &run[3..7] != "0000"
}

/// An identity number with a living division (GB/T 2260), a date of birth and the right check digit (GB 11643).
fn is_id(run: &str) -> bool {
    if run.len() != 18 || matches!(&run[..2], "00" | "98" | "99") {
        return false;
    }
    let digits: Vec<u32> = run.chars().map(|c| c.to_digit(10).unwrap_or(10)).collect();
    let date = chrono::NaiveDate::parse_from_str(&run[6..14], "%Y%m%d");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
    date.is_ok_and(|date| (1900..2030).contains(&chrono::Datelike::year(&date))) && digits[17] == (12 - sum % 11) % 11
}

#[test]
fn the_search_for_people_finds_them() {
    // Made from parts, so that this file holds no such number either.
    let (phone, id) = (format!("138{}5678", "1234"), format!("11010519491231{}", "002X"));
    assert_eq!(digit_runs(&format!("call {phone}, {id}.")), [phone.clone(), id.clone()]);
    assert!(is_phone(&phone) && is_id(&id));
    assert!(!is_phone("13800005678") && !is_id(&id.replacen("11", "98", 1)));
}
