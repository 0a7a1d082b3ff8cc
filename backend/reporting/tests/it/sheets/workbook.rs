//! A workbook taken apart and put together again: what a person does in Excel, and what an attacker does elsewhere.

use std::io::{Cursor, Read, Write};

use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

pub const MAIN: &str = "xl/worksheets/sheet1.xml";
pub const LINES: &str = "xl/worksheets/sheet2.xml";
pub const MARKS: &str = "xl/worksheets/sheet3.xml";

/// The parts of a workbook.
#[derive(Clone)]
pub struct Parts(Vec<(String, Vec<u8>)>);

impl Parts {
    pub fn of(file: &[u8]) -> Self {
        let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
        let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        let part = |name: String| {
            let mut content = Vec::new();
            archive.by_name(&name).unwrap().read_to_end(&mut content).unwrap();
            (name, content)
        };
        Self(names.into_iter().map(part).collect())
    }

    pub fn text(&self, part: &str) -> String {
        let (_, content) = self.0.iter().find(|(name, _)| name == part).unwrap();
        String::from_utf8(content.clone()).unwrap()
    }

    /// Change a part's text.
    pub fn edit(mut self, part: &str, edit: impl FnOnce(&str) -> String) -> Self {
        let text = edit(&self.text(part));
        self.0.iter_mut().find(|(name, _)| name == part).unwrap().1 = text.into_bytes();
        self
    }

    pub fn replace(self, part: &str, from: &str, to: &str) -> Self {
        self.edit(part, |text| {
            assert!(text.contains(from), "{part} has no {from}: {text}");
            text.replace(from, to)
        })
    }

    pub fn add(mut self, part: &str, content: &[u8]) -> Self {
        self.0.push((part.to_owned(), content.to_owned()));
        self
    }

    /// Put something into a cell, as it is written in the sheet: attributes and content.
    fn put(self, part: &str, address: &str, attributes: &str, content: &str) -> Self {
        self.edit(part, |text| {
            let tag = format!("<c r=\"{address}\"");
            assert!(text.contains(&tag), "{address} is not there");
            let start = text.find(&tag).unwrap();
            let rest = &text[start..];
            let head = rest.find('>').unwrap();
            let empty = rest[..head].ends_with('/');
            let end = if empty { head + 1 } else { rest.find("</c>").unwrap() + 4 };
            let style = rest[..head].split(" s=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("0");
            let cell = format!("<c r=\"{address}\" s=\"{style}\"{attributes}>{content}</c>");
            format!("{}{cell}{}", &text[..start], &rest[end..])
        })
    }

    pub fn number(self, part: &str, address: &str, number: &str) -> Self {
        self.put(part, address, "", &format!("<v>{number}</v>"))
    }

    pub fn typed(self, part: &str, address: &str, text: &str) -> Self {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.put(part, address, " t=\"inlineStr\"", &format!("<is><t xml:space=\"preserve\">{text}</t></is>"))
    }

    pub fn broken(self, part: &str, address: &str) -> Self {
        self.put(part, address, " t=\"e\"", "<f>1/0</f><v>#DIV/0!</v>")
    }

    pub fn empty(self, part: &str, address: &str) -> Self {
        self.put(part, address, "", "")
    }

    pub fn file(&self) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.0 {
            writer.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }
}

/// An archive made from parts.
pub fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    Parts(parts.iter().map(|(name, content)| ((*name).to_owned(), (*content).to_owned())).collect()).file()
}
