//! A file that must not lie on the disk in clear: sealed piece by piece under a key of its own as it is written, opened
//! piece by piece as it is read, from any place.
//!
//! Invariants: no piece can be changed, moved or left out unnoticed, nor the end cut off: each is sealed for its number, and
//! the last one for being the last. The key lies nowhere but where its owner keeps it, sealed by [`crate::crypto`].

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::Path,
};

use aes_gcm::{
    AesGcm, KeyInit,
    aead::{Aead, Payload, consts::U12},
};
use rand::Rng;
use zeroize::Zeroizing;

use crate::error::{Error, Result};

type Sm4Gcm = AesGcm<sm4::Sm4, U12>;

const PIECE: usize = 64 * 1024;
const TAG: usize = 16;

/// Of one file.
#[derive(Clone)]
pub struct FileKey(Zeroizing<[u8; 16]>);

impl std::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileKey(…)")
    }
}

impl FileKey {
    #[must_use]
    pub fn generate() -> Self {
        let mut key = Zeroizing::new([0; 16]);
        rand::rng().fill_bytes(&mut *key);
        Self(key)
    }

    /// To be sealed by whoever keeps it.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(*self.0))
    }

    /// What [`FileKey::text`] gave.
    pub fn of_text(text: &str) -> Result<Self> {
        let bytes = Zeroizing::new(hex::decode(text).map_err(Error::internal)?);
        let key = bytes.as_slice().try_into().map_err(Error::internal)?;
        Ok(Self(Zeroizing::new(key)))
    }

    fn cipher(&self) -> io::Result<Sm4Gcm> {
        Sm4Gcm::new_from_slice(&*self.0).map_err(io::Error::other)
    }
}

/// The key is of one file alone, so that a number is never used twice.
fn nonce(piece: u64, last: bool) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[..8].copy_from_slice(&piece.to_be_bytes());
    nonce[11] = u8::from(last);
    nonce
}

/// Writes a sealed file. Without [`VaultWriter::finish`] it has no end, and cannot be read.
pub struct VaultWriter {
    out: File,
    cipher: Sm4Gcm,
    piece: u64,
    gathered: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for VaultWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VaultWriter").field("piece", &self.piece).finish_non_exhaustive()
    }
}

impl VaultWriter {
    pub fn create(path: &Path, key: &FileKey) -> io::Result<Self> {
        let out = std::fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
        Ok(Self { out, cipher: key.cipher()?, piece: 0, gathered: Zeroizing::new(Vec::with_capacity(PIECE)) })
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let payload = Payload::from(self.gathered.as_slice());
        let sealed = self.cipher.encrypt(&nonce(self.piece, last).into(), payload).map_err(io::Error::other)?;
        self.out.write_all(&sealed)?;
        self.piece += 1;
        self.gathered.clear();
        Ok(())
    }

    /// Seal the end, and make sure that all of it is on the disk.
    pub fn finish(mut self) -> io::Result<()> {
        self.seal(true)?;
        self.out.sync_all()
    }
}

impl Write for VaultWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full piece waits for what comes after it: only then is it known not to be the last.
        if self.gathered.len() == PIECE {
            self.seal(false)?;
        }
        let taken = bytes.len().min(PIECE - self.gathered.len());
        self.gathered.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a sealed file from any place.
pub struct VaultReader {
    file: File,
    cipher: Sm4Gcm,
    pieces: u64,
    length: u64,
    position: u64,
    /// The piece that is open.
    open: Option<u64>,
    content: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for VaultReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VaultReader").field("length", &self.length).finish_non_exhaustive()
    }
}

impl VaultReader {
    pub fn open(path: &Path, key: &FileKey) -> io::Result<Self> {
        let file = File::open(path)?;
        let sealed = file.metadata()?.len();
        let pieces = sealed.div_ceil((PIECE + TAG) as u64);
        let tags = pieces * TAG as u64;
        let length = sealed.checked_sub(tags).filter(|_| pieces > 0).ok_or_else(broken)?;
        let content = Zeroizing::new(Vec::new());
        Ok(Self { file, cipher: key.cipher()?, pieces, length, position: 0, open: None, content })
    }

    /// Of what was written.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    fn load(&mut self, piece: u64) -> io::Result<()> {
        if self.open == Some(piece) {
            return Ok(());
        }
        let last = piece + 1 == self.pieces;
        let at = piece * (PIECE + TAG) as u64;
        let plain = if last { self.length - piece * PIECE as u64 } else { PIECE as u64 };
        let mut sealed = vec![0; usize::try_from(plain).map_err(io::Error::other)? + TAG];
        self.file.read_exact_at(&mut sealed, at)?;
        let opened = self.cipher.decrypt(&nonce(piece, last).into(), Payload::from(sealed.as_slice()));
        self.content = Zeroizing::new(opened.map_err(|_| broken())?);
        self.open = Some(piece);
        Ok(())
    }
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a sealed file does not open")
}

impl Read for VaultReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.length || into.is_empty() {
            // An empty file has an end that is sealed as well.
            self.load(self.pieces - 1)?;
            return Ok(0);
        }
        self.load(self.position / PIECE as u64)?;
        let from = usize::try_from(self.position % PIECE as u64).map_err(io::Error::other)?;
        let rest = self.content.get(from..).unwrap_or_default();
        let taken = rest.len().min(into.len());
        into[..taken].copy_from_slice(&rest[..taken]);
        self.position += taken as u64;
        Ok(taken)
    }
}

impl Seek for VaultReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(from) => Some(from),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn written(content: &[u8]) -> (tempfile::TempDir, std::path::PathBuf, FileKey) {
        let folder = tempfile::tempdir().unwrap();
        let (path, key) = (folder.path().join("a"), FileKey::generate());
        let mut writer = VaultWriter::create(&path, &key).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap();
        (folder, path, key)
    }

    fn read(path: &Path, key: &FileKey) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        VaultReader::open(path, key)?.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn what_was_written_is_read_whatever_its_length() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7] {
            let content: Vec<u8> = (0..length).map(|byte| (byte % 251) as u8).collect();
            let (_folder, path, key) = written(&content);
            assert_eq!(read(&path, &FileKey::of_text(&key.text()).unwrap()).unwrap(), content, "{length}");
            assert!(read(&path, &FileKey::generate()).is_err(), "{length} opens under another key");
        }
    }

    #[test]
    fn it_is_read_from_any_place() {
        let content: Vec<u8> = (0..2 * PIECE + 100).map(|byte| (byte % 251) as u8).collect();
        let (_folder, path, key) = written(&content);
        let mut reader = VaultReader::open(&path, &key).unwrap();
        for place in [2 * PIECE, 0, PIECE - 1, PIECE, 5] {
            reader.seek(SeekFrom::Start(place as u64)).unwrap();
            let mut two = [0; 2];
            reader.read_exact(&mut two).unwrap();
            assert_eq!(two, content[place..place + 2]);
        }
        assert_eq!(reader.seek(SeekFrom::End(-1)).unwrap(), content.len() as u64 - 1);
    }

    #[test]
    fn nothing_of_it_lies_in_clear_and_no_change_goes_unnoticed() {
        let content = b"460000199003070011".repeat(10_000);
        let (_folder, path, key) = written(&content);
        let sealed = fs::read(&path).unwrap();
        assert!(!sealed.windows(18).any(|window| window == b"460000199003070011"));
        let piece = PIECE + TAG;
        let mut flipped = sealed.clone();
        flipped[piece + 5] ^= 1;
        let swapped = [&sealed[piece..2 * piece], &sealed[..piece], &sealed[2 * piece..]].concat();
        for changed in [flipped, swapped, sealed[..piece].to_vec(), sealed[..sealed.len() - 1].to_vec(), Vec::new()] {
            fs::write(&path, &changed).unwrap();
            assert!(read(&path, &key).is_err());
        }
    }
}
