//! What may be attached, and what may be taken away. Pure.

use fupin_contract::reporting::ReportAct;

use super::{error::FileError, store::Used};
use crate::{
    error::ReportingError,
    report::rules::{self, Asker, Stand},
    tasks::policy::Room,
};

const MIB: i64 = 1024 * 1024;
/// What turns the direction of writing, so that `gpj.exe` reads as `exe.jpg`; and what nobody sees.
const UNSEEN: [std::ops::RangeInclusive<char>; 3] =
    ['\u{200b}'..='\u{200f}', '\u{202a}'..='\u{202e}', '\u{2060}'..='\u{2069}'];

/// A name as it is kept. One that was written in another encoding, as old browsers do, has lost signs on its way.
pub fn name(name: &str) -> Result<&str, FileError> {
    let name = name.trim();
    let bad = |sign: char| {
        sign.is_control()
            || matches!(sign, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{fffd}')
            || UNSEEN.iter().any(|range| range.contains(&sign))
    };
    let is_named = name.rsplit_once('.').is_some_and(|(stem, _)| !stem.trim_matches(['.', ' ']).is_empty());
    if !is_named || name.chars().any(bad) { Err(FileError::Name) } else { Ok(name) }
}

/// One more of so many bytes fits beside what there is.
pub fn check_room(room: Room, used: Used, bytes: i64) -> Result<(), FileError> {
    let fits = used.files < i64::from(room.files) && used.bytes + bytes <= i64::from(room.mib) * MIB;
    if fits { Ok(()) } else { Err(FileError::Full { files: room.files, mib: room.mib }) }
}

/// Files are taken away as long as the report is with its clerk: what the reviewers have seen stays.
pub fn may_remove(stand: Stand) -> Result<(), ReportingError> {
    rules::may(ReportAct::Fill, stand, Asker::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_folder_and_is_readable() {
        assert_eq!(name(" 低保台账 第3页.jpg "), Ok("低保台账 第3页.jpg"));
        for bad in [
            "../../x.jpg",
            "..\\x.jpg",
            "C:x.jpg",
            "a\u{0}.jpg",
            "\u{fffd}\u{fffd}.jpg",
            "a\u{202e}gpj.exe",
            ".jpg",
            "...jpg",
            "jpg",
            "a?.jpg",
            "",
        ] {
            assert_eq!(name(bad), Err(FileError::Name), "{bad:?}");
        }
    }

    #[test]
    fn the_room_ends_with_the_number_or_with_the_size() {
        let room = Room { files: 2, mib: 1 };
        let used = |files, bytes| Used { files, bytes };
        assert_eq!(check_room(room, used(1, MIB - 5), 5), Ok(()));
        let full = Err(FileError::Full { files: 2, mib: 1 });
        assert_eq!(check_room(room, used(1, MIB - 5), 6), full);
        assert_eq!(check_room(room, used(2, 0), 1), full);
        assert_eq!(check_room(Room { files: 0, mib: 0 }, used(0, 0), 1), Err(FileError::Full { files: 0, mib: 0 }));
    }
}
