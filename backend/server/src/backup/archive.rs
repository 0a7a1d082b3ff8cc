//! The archive: a tar within zstd. Its members are the database's dump, the files of the data directory, and at last the
//! manifest, which names every member with its length and digest.
//!
//! Invariants: an archive appears under its name whole, read again and found right, or not at all; nobody but its owner
//! can read it, since it holds the keys; nothing of it is used before all of it was found undamaged.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::error::{BackupError, Doing};

/// Of the archive's layout; a program reads no later one.
pub const FORMAT: u32 = 1;
/// The member that holds the database.
pub const DATABASE: &str = "database.dump";
/// Below which the data directory's files lie.
pub const FILES: &str = "files/";
const MANIFEST: &str = "manifest.json";
const LEVEL: i32 = 6;

/// What an archive says of itself.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// Of the program that made it.
    pub version: String,
    pub made_at: DateTime<Utc>,
    /// Migrations that the database has seen.
    pub migrations: Vec<String>,
    /// The sealed head of the audit trail.
    pub audit_head: String,
    /// Rows of every table, in the moment that was dumped.
    pub rows: BTreeMap<String, i64>,
    #[serde(default)]
    pub members: BTreeMap<String, Member>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub bytes: u64,
    pub sha256: String,
}

/// An archive that is being made beside its place.
pub struct Writer {
    tar: tar::Builder<zstd::Encoder<'static, NamedTempFile>>,
    members: BTreeMap<String, Member>,
    target: PathBuf,
}

impl Writer {
    pub fn create(target: &Path) -> Result<Self, BackupError> {
        if target.exists() {
            return Err(BackupError::Exists(target.to_owned()));
        }
        let doing = || format!("writing beside {}", target.display());
        let draft = tempfile::Builder::new().prefix(".fupin-backup-").tempfile_in(folder_of(target)).doing(doing)?;
        let mut encoder = zstd::Encoder::new(draft, LEVEL).doing(doing)?;
        encoder.include_checksum(true).doing(doing)?;
        Ok(Self { tar: tar::Builder::new(encoder), members: BTreeMap::new(), target: target.to_owned() })
    }

    /// Add an open file, from where it stands to its end.
    pub fn add(&mut self, name: &str, file: &File) -> Result<(), BackupError> {
        let doing = || format!("saving {name}");
        let facts = file.metadata().doing(doing)?;
        self.append(name, facts.len(), facts.permissions().mode(), file)
    }

    fn append(&mut self, name: &str, bytes: u64, mode: u32, content: impl Read) -> Result<(), BackupError> {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes);
        header.set_mode(mode & 0o777);
        let mut content = Hashing::new(content.take(bytes));
        self.tar.append_data(&mut header, name, &mut content).doing(|| format!("saving {name}"))?;
        let member = content.member();
        if member.bytes != bytes {
            return Err(BackupError::Changed(name.to_owned()));
        }
        self.members.insert(name.to_owned(), member);
        Ok(())
    }

    /// Close the archive, read it again from the disk, and give it its name. Says how long it is.
    pub fn finish(mut self, mut manifest: Manifest) -> Result<u64, BackupError> {
        manifest.members = std::mem::take(&mut self.members);
        let text = serde_json::to_vec_pretty(&manifest).map_err(io::Error::from).doing(|| "the manifest".to_owned())?;
        self.append(MANIFEST, text.len() as u64, 0o600, text.as_slice())?;
        let doing = || format!("writing {}", self.target.display());
        let draft = self.tar.into_inner().and_then(zstd::Encoder::finish).doing(doing)?;
        draft.as_file().sync_all().doing(doing)?;
        let written = check(draft.path())?;
        if written.members != manifest.members {
            return Err(BackupError::Damaged("it was not read back as it was written".to_owned()));
        }
        let bytes = draft.as_file().metadata().doing(doing)?.len();
        draft.persist_noclobber(&self.target).map_err(|error| error.error).doing(doing)?;
        File::open(folder_of(&self.target)).and_then(|folder| folder.sync_all()).doing(doing)?;
        Ok(bytes)
    }
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if folder != Path::new("") => folder,
        Some(_) | None => Path::new("."),
    }
}

/// Read an archive to its end, and find every member as the manifest has it.
pub fn check(archive: &Path) -> Result<Manifest, BackupError> {
    visit(archive, |_, _| Ok(()))
}

/// A member under way: its content, and the mode that the file had.
pub struct Found<'a> {
    pub content: &'a mut dyn Read,
    pub mode: u32,
}

/// Show every member but the manifest, and find it as the manifest has it. Use what is shown only after [`check`].
pub fn visit(
    archive: &Path,
    mut show: impl FnMut(&str, Found) -> Result<(), BackupError>,
) -> Result<Manifest, BackupError> {
    let file = File::open(archive).doing(|| format!("opening {}", archive.display()))?;
    let decoder = zstd::Decoder::new(file).map_err(unreadable)?;
    let mut tar = tar::Archive::new(decoder);
    let mut seen = BTreeMap::new();
    let mut manifest = None;
    for entry in tar.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let name = name_of(&entry)?;
        let mode = entry.header().mode().map_err(unreadable)? & 0o777;
        let mut content = Hashing::new(&mut entry);
        if name == MANIFEST {
            let mut text = Vec::new();
            content.read_to_end(&mut text).map_err(unreadable)?;
            manifest = Some(read_manifest(&text)?);
        } else {
            show(&name, Found { content: &mut content, mode })?;
            io::copy(&mut content, &mut io::sink()).map_err(unreadable)?;
            if seen.insert(name.clone(), content.member()).is_some() {
                return Err(BackupError::Damaged(format!("{name} is there twice")));
            }
        }
    }
    // To the end, where the checksum of the whole lies.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(unreadable)?;
    let manifest = manifest.ok_or_else(|| BackupError::Damaged("it has no manifest".to_owned()))?;
    compare(&seen, &manifest.members)?;
    Ok(manifest)
}

fn unreadable(error: io::Error) -> BackupError {
    BackupError::Damaged(error.to_string())
}

/// A layout of the future is told as such, whatever else it holds.
fn read_manifest(text: &[u8]) -> Result<Manifest, BackupError> {
    #[derive(Deserialize)]
    struct Head {
        format: u32,
        version: String,
    }
    let broken = |error: serde_json::Error| BackupError::Damaged(format!("its manifest: {error}"));
    let head: Head = serde_json::from_slice(text).map_err(broken)?;
    if head.format > FORMAT {
        return Err(BackupError::Newer(head.version));
    }
    serde_json::from_slice(text).map_err(broken)
}

fn compare(seen: &BTreeMap<String, Member>, listed: &BTreeMap<String, Member>) -> Result<(), BackupError> {
    let wrong = listed.iter().find(|(name, member)| seen.get(*name) != Some(member)).map(|(name, _)| name);
    match wrong.or_else(|| seen.keys().find(|name| !listed.contains_key(*name))) {
        None => Ok(()),
        Some(name) => Err(BackupError::Damaged(format!("{name} is not what the manifest says"))),
    }
}

/// A relative path of plain steps: nothing in an archive may lead out of the place that it is restored to.
fn name_of(entry: &tar::Entry<impl Read>) -> Result<String, BackupError> {
    let path = entry.path().map_err(unreadable)?;
    let plain = path.components().all(|step| matches!(step, std::path::Component::Normal(_)));
    match path.to_str() {
        Some(name) if plain && entry.header().entry_type().is_file() => Ok(name.to_owned()),
        Some(_) | None => Err(BackupError::Damaged(format!("{} is no plain file", path.display()))),
    }
}

/// Write a member to a place where nothing is yet, as the file that it was.
pub fn unpack(found: Found, place: &Path) -> Result<(), BackupError> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    let doing = || format!("writing {}", place.display());
    if let Some(folder) = place.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).doing(doing)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(found.mode).open(place).doing(doing)?;
    io::copy(found.content, &mut file).doing(doing)?;
    file.flush().and_then(|()| file.sync_all()).doing(doing)
}

/// Counts and digests what passes.
struct Hashing<R> {
    inner: R,
    bytes: u64,
    digest: Sha256,
}

impl<R> Hashing<R> {
    fn new(inner: R) -> Self {
        Self { inner, bytes: 0, digest: Sha256::new() }
    }

    fn member(self) -> Member {
        Member { bytes: self.bytes, sha256: hex::encode(self.digest.finalize()) }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.digest.update(buffer.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            format: FORMAT,
            version: "0.1.0".to_owned(),
            made_at: DateTime::UNIX_EPOCH,
            migrations: Vec::new(),
            audit_head: "0:".to_owned(),
            rows: BTreeMap::new(),
            members: BTreeMap::new(),
        }
    }

    fn make(folder: &Path, members: &[(&str, &str)], manifest: Manifest) -> PathBuf {
        let target = folder.join("a");
        let mut writer = Writer::create(&target).unwrap();
        for (name, content) in members {
            let path = folder.join("content");
            fs::write(&path, content).unwrap();
            writer.add(name, &File::open(&path).unwrap()).unwrap();
        }
        writer.finish(manifest).unwrap();
        target
    }

    #[test]
    fn an_archive_is_read_back_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let target = make(folder.path(), &[(DATABASE, "rows"), ("files/一/b", "")], manifest());
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
        let mut seen = Vec::new();
        let read = visit(&target, |name, found| {
            let mut text = String::new();
            found.content.read_to_string(&mut text).unwrap();
            seen.push((name.to_owned(), text));
            Ok(())
        });
        assert_eq!(read.unwrap().members.len(), 2);
        assert_eq!(seen, [(DATABASE.to_owned(), "rows".to_owned()), ("files/一/b".to_owned(), String::new())]);
        assert!(matches!(Writer::create(&target), Err(BackupError::Exists(_))));
    }

    #[test]
    fn no_flipped_bit_changes_what_is_read_and_every_cut_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let target = make(folder.path(), &[(DATABASE, &"row ".repeat(200)), ("files/keys/k", "secret")], manifest());
        let whole = fs::read(&target).unwrap();
        let told = check(&target).unwrap();
        for place in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[place] ^= 1 << (place % 8);
            fs::write(&target, bytes).unwrap();
            // A bit that means nothing to the format may be read over; nothing else may.
            let unnoticed = check(&target).is_ok_and(|read| read != told);
            assert!(!unnoticed, "a bit of byte {place} was flipped unnoticed");
            fs::write(&target, &whole[..place]).unwrap();
            assert!(check(&target).is_err(), "cut at {place} unnoticed");
        }
    }

    #[test]
    fn a_member_that_the_manifest_does_not_have_is_noticed_and_so_is_a_missing_one() {
        let member = || Member { bytes: 1, sha256: "00".to_owned() };
        let (one, none) = (BTreeMap::from([("a".to_owned(), member())]), BTreeMap::new());
        assert!(compare(&one, &none).is_err());
        assert!(compare(&none, &one).is_err());
        assert!(compare(&one, &one).is_ok());
    }

    #[test]
    fn a_layout_of_the_future_is_called_newer_and_not_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a");
        let text = br#"{"format":2,"version":"9.0.0","unknown":true}"#;
        let mut tar = tar::Builder::new(zstd::Encoder::new(File::create(&target).unwrap(), 1).unwrap());
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o600);
        tar.append_data(&mut header, MANIFEST, &text[..]).unwrap();
        tar.into_inner().unwrap().finish().unwrap();
        let refused = check(&target).unwrap_err();
        assert!(matches!(&refused, BackupError::Newer(version) if version == "9.0.0"), "{refused}");
    }

    #[test]
    fn nothing_leads_out_of_the_place_of_restoring() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a");
        let mut tar = tar::Builder::new(zstd::Encoder::new(File::create(&target).unwrap(), 1).unwrap());
        let mut header = tar::Header::new_gnu();
        // The library refuses to write such a name, so it is put in by hand.
        let name = b"files/../../etc/x";
        header.as_old_mut().name[..name.len()].copy_from_slice(name);
        header.set_size(0);
        header.set_mode(0o600);
        header.set_cksum();
        tar.append(&header, io::empty()).unwrap();
        tar.into_inner().unwrap().finish().unwrap();
        let refused = check(&target).unwrap_err().to_string();
        assert!(refused.contains("no plain file"), "{refused}");
    }
}
