//! A photograph as it is kept: the picture and how it is to be turned, and nothing that the camera says beside it. Where a
//! household lives, who took the picture and with which phone is nobody's to pass on by accident.
//!
//! Of the segments before and between the scans those stay that a viewer needs for the picture; what lies behind the end
//! of the picture, such as further pictures with a place of their own, goes.

use std::io::{self, BufRead, Read, Write};

const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
/// The camera's words, of which the turn is kept; other words under the same number go.
const EXIF: u8 = 0xe1;

/// Copy a picture. `InvalidData` where it is no whole one.
pub fn copy(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    let mut start = [0; 2];
    from.read_exact(&mut start).map_err(damaged)?;
    if start != [0xff, 0xd8] {
        return Err(io::ErrorKind::InvalidData.into());
    }
    to.write_all(&start)?;
    let mut marker = next_marker(from)?;
    loop {
        match marker {
            END => return to.write_all(&[0xff, END]),
            // Stands alone.
            0x01 | 0xd0..=0xd7 => to.write_all(&[0xff, marker])?,
            _ => copy_segment(marker, from, to)?,
        }
        marker = if marker == SCAN { copy_scan(from, to)? } else { next_marker(from)? };
    }
}

fn damaged(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::UnexpectedEof { io::ErrorKind::InvalidData.into() } else { error }
}

/// The marker that must come next; it may be led by any number of `0xff`.
fn next_marker(from: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    from.read_exact(&mut byte).map_err(damaged)?;
    if byte != [0xff] {
        return Err(io::ErrorKind::InvalidData.into());
    }
    while byte == [0xff] {
        from.read_exact(&mut byte).map_err(damaged)?;
    }
    if byte == [0] { Err(io::ErrorKind::InvalidData.into()) } else { Ok(byte[0]) }
}

fn copy_segment(marker: u8, from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut long = [0; 2];
    from.read_exact(&mut long).map_err(damaged)?;
    let rest = usize::from(u16::from_be_bytes(long)).checked_sub(2).ok_or(io::ErrorKind::InvalidData)?;
    let mut content = vec![0; rest];
    from.read_exact(&mut content).map_err(damaged)?;
    if marker == EXIF {
        let turn = content.strip_prefix(b"Exif\0\0").and_then(turn_of).filter(|turn| (2..=8).contains(turn));
        return turn.map_or(Ok(()), |turn| to.write_all(&turned(turn)));
    }
    if !is_of_the_picture(marker, &content) {
        return Ok(());
    }
    to.write_all(&[0xff, marker])?;
    to.write_all(&long)?;
    to.write_all(&content)
}

/// Tables and frames; of what programs add, the density, the colours, and in which way Adobe keeps them.
fn is_of_the_picture(marker: u8, content: &[u8]) -> bool {
    match marker {
        0xe0 | 0xee => true,
        0xe2 => content.starts_with(b"ICC_PROFILE\0"),
        // Remarks are for people.
        0xe1..=0xef | 0xfe => false,
        _ => true,
    }
}

/// Copy a scan up to the marker behind it; a picture that ends without one ends here.
fn copy_scan(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<u8> {
    loop {
        let waiting = from.fill_buf()?;
        if waiting.is_empty() {
            return Ok(END);
        }
        let plain = waiting.iter().position(|byte| *byte == 0xff).unwrap_or(waiting.len());
        to.write_all(&waiting[..plain])?;
        let is_marker = plain < waiting.len();
        from.consume(plain);
        if !is_marker {
            continue;
        }
        let mut two = [0; 2];
        match from.read_exact(&mut two) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(END),
            read => read?,
        }
        while two[1] == 0xff {
            from.read_exact(&mut two[1..]).map_err(damaged)?;
        }
        match two[1] {
            // A byte of the picture, and a place to begin anew.
            0 | 0xd0..=0xd7 => to.write_all(&two)?,
            marker => return Ok(marker),
        }
    }
}

/// How the camera was held, from 1 to 8, as Exif says it.
fn turn_of(exif: &[u8]) -> Option<u8> {
    let is_big = match exif.get(..4)? {
        b"MM\0\x2a" => true,
        b"II\x2a\0" => false,
        _ => return None,
    };
    let number = |at: usize, long: usize| {
        let bytes = exif.get(at..at.checked_add(long)?)?;
        let add = |number: usize, byte: &u8| number << 8 | usize::from(*byte);
        Some(if is_big { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) })
    };
    let first = number(4, 4)?;
    let entries = (0..number(first, 2)?).map(|entry| first + 2 + entry * 12);
    let turn = entries.into_iter().find(|at| number(*at, 2) == Some(0x0112))?;
    number(turn + 8, 2).and_then(|turn| u8::try_from(turn).ok())
}

/// A segment that says nothing but the turn.
fn turned(turn: u8) -> [u8; 36] {
    let mut segment = *b"\xff\xe1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    segment[29] = turn;
    segment
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let long = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], &long[..], content].concat()
    }

    /// As a phone writes it: its words with a place, the picture in two scans, and another picture behind the end.
    fn photo(exif: &[u8]) -> Vec<u8> {
        [
            b"\xff\xd8".to_vec(),
            segment(0xe1, exif),
            segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<GPSLatitude>19,1N"),
            segment(0xe2, b"MPF\0more"),
            segment(0xe2, b"ICC_PROFILE\0colours"),
            segment(0xfe, b"taken at home"),
            segment(0xdb, b"table"),
            segment(SCAN, b"scan"),
            b"pic\xff\x00ture\xff\xd0again\xff\xff".to_vec(),
            segment(0xc4, b"\xff\xd9 in a table")[1..].to_vec(),
            segment(SCAN, b"scan"),
            b"end".to_vec(),
            b"\xff\xd9\xff\xd8\xff\xe1GPS".to_vec(),
        ]
        .concat()
    }

    fn kept(photo: &[u8]) -> io::Result<Vec<u8>> {
        let mut kept = Vec::new();
        copy(&mut io::BufReader::with_capacity(7, photo), &mut kept).map(|()| kept)
    }

    /// With a place, and turned.
    fn exif(turn: u8) -> Vec<u8> {
        let entries = b"\x02\0\x25\x88\x04\0\x01\0\0\0GPS!\x12\x01\x03\0\x01\0\0\0";
        [b"Exif\0\0II\x2a\0\x08\0\0\0", &entries[..], &[turn, 0, 0, 0], b"\0\0\0\0"].concat()
    }

    #[test]
    fn the_picture_and_its_turn_stay_and_the_place_goes() {
        let kept = kept(&photo(&exif(6))).unwrap();
        let has = |bytes: &[u8]| kept.windows(bytes.len()).any(|found| found == bytes);
        for gone in ["GPS", "MPF", "taken at home"] {
            assert!(!has(gone.as_bytes()), "{gone}");
        }
        for stays in
            [&b"ICC_PROFILE\0colours"[..], b"pic\xff\x00ture\xff\xd0again", b"\xff\xd9 in a table", b"end\xff\xd9"]
        {
            assert!(has(stays), "{stays:?}");
        }
        assert!(kept.ends_with(b"end\xff\xd9"));
        let at = kept.windows(6).position(|six| six == b"Exif\0\0").unwrap();
        assert_eq!(turn_of(&kept[at + 6..]), Some(6));
    }

    #[test]
    fn a_photograph_that_was_kept_is_kept_as_it_is() {
        let once = kept(&photo(&exif(3))).unwrap();
        assert_eq!(kept(&once).unwrap(), once);
        let upright = kept(&photo(&exif(1))).unwrap();
        assert!(!upright.windows(4).any(|four| four == b"Exif"), "upright needs no word");
    }

    #[test]
    fn what_is_no_picture_is_refused_wherever_it_breaks() {
        let whole = photo(&exif(6));
        let scan = whole.windows(4).position(|four| four == b"scan").unwrap();
        for end in 0..scan + 4 {
            assert_eq!(kept(&whole[..end]).unwrap_err().kind(), io::ErrorKind::InvalidData, "cut at {end}");
        }
        assert!(kept(&whole[..scan + 8]).unwrap().ends_with(b"\xff\xd9"), "some phones forget the end");
        assert!(kept(b"\xff\xd8\xff\xe0\0\x01").is_err() && kept(b"\xff\xd8<html>").is_err());
        for broken in [&b"Exif\0\0"[..], b"Exif\0\0II\x2a\0\xff\xff\xff\xff", b"Exif\0\0MM\0\x2a\0\0\0\x08\xff\xff"] {
            assert!(kept(&photo(broken)).is_ok(), "words that say nothing are words that go");
        }
    }
}
