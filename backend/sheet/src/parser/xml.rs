//! The little of XML that calamine does not read for us: tags with their attributes, in the order of the part.
//! Invariants: a part is read as it is inflated, never held; text between tags is passed over; a part is given up at a
//! depth that no spreadsheet program writes.

use std::{
    io::{BufRead, BufReader, Read, Seek},
    str::FromStr,
};

use quick_xml::{
    Reader,
    events::{BytesStart, Event, attributes::Attribute},
};
use zip::ZipArchive;

use crate::content::Unreadable;

const DEEPEST: usize = 64;

/// A tag that opens.
#[derive(Debug)]
pub struct Tag<'a> {
    /// Without its namespace.
    pub name: String,
    /// The names of what it stands in, outermost first.
    pub within: &'a [String],
    start: BytesStart<'a>,
}

impl Tag<'_> {
    pub fn is_in(&self, parents: &[&str]) -> bool {
        self.within.len() == parents.len() && self.within.iter().zip(parents).all(|(is, wanted)| is == wanted)
    }

    /// An attribute by its name, with or without a namespace before it.
    pub fn text(&self, wanted: &str) -> Option<String> {
        let mut attributes = self.start.attributes();
        let is_it = |attribute: &Attribute<'_>| attribute.key.local_name().as_ref() == wanted;
        let attribute = attributes.with_checks(false).flatten().find(is_it)?;
        Some(quick_xml::escape::unescape(&attribute.value).ok()?.into_owned())
    }

    pub fn number<T: FromStr>(&self, wanted: &str) -> Option<T> {
        self.text(wanted)?.parse().ok()
    }

    /// `1` and `true`; what is said where the attribute is absent.
    pub fn truth(&self, wanted: &str, absent: bool) -> bool {
        self.text(wanted).map_or(absent, |text| text == "1" || text == "true")
    }
}

/// Look at each tag of a part. A part that is not there has none.
pub fn each(
    archive: &mut ZipArchive<impl Read + Seek>,
    part: &str,
    mut see: impl FnMut(&Tag<'_>) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    let named = archive.file_names().find_map(|name| {
        let name = name.ok()?;
        name.eq_ignore_ascii_case(part).then(|| name.into_owned())
    });
    let Some(name) = named else { return Ok(()) };
    let part = archive.by_name(&name).map_err(|_| Unreadable::Damaged)?;
    walk(BufReader::new(part), &mut see)
}

fn walk(part: impl BufRead, see: &mut impl FnMut(&Tag<'_>) -> Result<(), Unreadable>) -> Result<(), Unreadable> {
    let mut reader = Reader::from_reader(part);
    reader.config_mut().check_end_names = false;
    let (mut buffer, mut within) = (Vec::new(), Vec::<String>::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| Unreadable::Damaged)? {
            Event::Start(start) => {
                let name = local(&start);
                see(&Tag { name: name.clone(), within: &within, start })?;
                within.push(name);
                if within.len() > DEEPEST {
                    return Err(Unreadable::TooComplex);
                }
            }
            Event::Empty(start) => see(&Tag { name: local(&start), within: &within, start })?,
            Event::End(_) => drop(within.pop()),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn local(start: &BytesStart<'_>) -> String {
    start.local_name().as_ref().to_owned()
}
