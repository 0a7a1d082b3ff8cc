//! The states of an export, and the names within its file. Pure.

use std::collections::BTreeSet;

use fupin_contract::reporting::ExportState;

const STATES: [ExportState; 6] = [
    ExportState::Queued,
    ExportState::Running,
    ExportState::Done,
    ExportState::Failed,
    ExportState::Cancelled,
    ExportState::Expired,
];

/// The names of states in storage.
pub fn state_name(state: ExportState) -> &'static str {
    match state {
        ExportState::Queued => "queued",
        ExportState::Running => "running",
        ExportState::Done => "done",
        ExportState::Failed => "failed",
        ExportState::Cancelled => "cancelled",
        ExportState::Expired => "expired",
    }
}

pub fn state_of(name: &str) -> Option<ExportState> {
    STATES.into_iter().find(|state| state_name(*state) == name)
}

/// Names of files within an archive, none of them twice.
#[derive(Debug, Default)]
pub struct FileNames {
    taken: BTreeSet<String>,
}

impl FileNames {
    /// `甲县/甲东镇/甲东一村.xlsx`, from the units above and the unit itself.
    pub fn next(&mut self, folders: &[&str], unit: &str) -> String {
        let path: Vec<String> = folders.iter().chain([&unit]).map(|step| plain(step)).collect();
        let path = path.join("/");
        let numbered = (2..).map(|number| format!("{path} {number}.xlsx"));
        let mut names = std::iter::once(format!("{path}.xlsx")).chain(numbered);
        // Some file systems take upper and lower case for the same.
        names.find(|name| self.taken.insert(name.to_lowercase())).unwrap_or_default()
    }
}

/// A step of a path that every system can unpack.
fn plain(step: &str) -> String {
    const LONGEST: usize = 60;
    let fits = |sign: char| !sign.is_control() && !r#"/\:*?"<>|"#.contains(sign);
    let plain: String = step.chars().map(|sign| if fits(sign) { sign } else { ' ' }).take(LONGEST).collect();
    let plain = plain.trim().trim_end_matches('.');
    if plain.is_empty() { "-".to_owned() } else { plain.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_name_of_its_own() {
        for state in STATES {
            assert_eq!(state_of(state_name(state)), Some(state));
        }
    }

    #[test]
    fn a_file_is_named_by_its_place_and_none_twice() {
        let mut names = FileNames::default();
        assert_eq!(names.next(&["甲县", "甲东镇"], "一村"), "甲县/甲东镇/一村.xlsx");
        assert_eq!(names.next(&["甲县", "甲东镇"], "一村"), "甲县/甲东镇/一村 2.xlsx");
        assert_eq!(names.next(&["..", "a/../b"], "c:\u{7}"), "-/a .. b/c.xlsx");
    }
}
