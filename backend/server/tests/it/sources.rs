//! The product's own files, for tests that read them.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What is made, not written.
const MADE: [&str; 10] = [
    "target",
    "node_modules",
    "dist",
    ".git",
    "pkg",
    "test-results",
    "results",
    "playwright-report",
    ".venv",
    "coverage",
];

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A file by its path from the root.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file below a folder, as a path from the root.
pub fn below(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    let root = root();
    let mut paths: Vec<String> =
        found.iter().filter_map(|path| path.strip_prefix(&root).ok()?.to_str().map(str::to_owned)).collect();
    paths.sort();
    paths
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        // Links lead to what is made.
        let kind = entry.file_type().unwrap();
        let name = name.to_string_lossy();
        if kind.is_dir() && !MADE.contains(&name.as_ref()) && (!name.starts_with('.') || name == ".ci") {
            walk(&path, found);
        } else if kind.is_file() {
            found.push(path);
        }
    }
}

/// A source without its unit tests.
pub fn without_tests(source: &str) -> &str {
    source.split_once("#[cfg(test)]\nmod tests {").map_or(source, |(code, _)| code)
}
