//! Secrets: files of mode 600 under `data/keys`, made at the first start and named in every backup.
//! Each key has a number, so that what it made can name it and an older one stays readable after rotation.

use std::{fs, io, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use rand::Rng;
use zeroize::Zeroizing;

/// What each key is for. Nothing else is ever done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signs access tokens.
    Token,
    /// Seals audit rows and segments.
    Audit,
    /// Encrypts fields.
    Field,
    /// Numbers people.
    Person,
}

impl Purpose {
    const ALL: [Self; 4] = [Self::Token, Self::Audit, Self::Field, Self::Person];

    fn file(self) -> &'static str {
        match self {
            Self::Token => "token.key",
            Self::Audit => "audit.key",
            Self::Field => "field.key",
            Self::Person => "person.key",
        }
    }
}

/// The instance's keys.
pub struct Keys {
    token: Secret,
    audit: Secret,
    field: Secret,
    person: Secret,
}

type Secret = Zeroizing<[u8; 32]>;

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// Read the keys of a folder, making those that do not exist yet.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        let mut secrets = Purpose::ALL.map(|purpose| read_or_make(&folder.join(purpose.file())));
        let mut take = |index: usize| std::mem::replace(&mut secrets[index], Ok(Zeroizing::new([0; 32])));
        Ok(Self { token: take(0)?, audit: take(1)?, field: take(2)?, person: take(3)? })
    }

    /// Keys that live as long as the process: for tests.
    #[must_use]
    pub fn ephemeral() -> Self {
        Self { token: fresh(), audit: fresh(), field: fresh(), person: fresh() }
    }

    /// The key of a purpose.
    #[must_use]
    pub fn of(&self, purpose: Purpose) -> &[u8; 32] {
        match purpose {
            Purpose::Token => &self.token,
            Purpose::Audit => &self.audit,
            Purpose::Field => &self.field,
            Purpose::Person => &self.person,
        }
    }
}

fn fresh() -> Secret {
    let mut key = Zeroizing::new([0; 32]);
    rand::rng().fill_bytes(&mut *key);
    key
}

fn read_or_make(path: &Path) -> io::Result<Secret> {
    match fs::read(path) {
        Ok(text) => parse(&text).ok_or_else(|| io::Error::other(format!("{} is not a key", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(path),
        Err(error) => Err(error),
    }
}

fn parse(text: &[u8]) -> Option<Secret> {
    let bytes = Zeroizing::new(hex::decode(text.trim_ascii()).ok()?);
    let key: [u8; 32] = bytes.as_slice().try_into().ok()?;
    Some(Zeroizing::new(key))
}

fn make(path: &Path) -> io::Result<Secret> {
    let key = fresh();
    // Written beside and renamed, so that a kill in between leaves no half key.
    let draft = path.with_extension("draft");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(Zeroizing::new(hex::encode(*key)).as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    Ok(key)
}

/// Thirty-two random bytes as text: one-time links, refresh tokens.
#[must_use]
pub fn random_token() -> String {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let mut bytes = Zeroizing::new([0u8; 32]);
    rand::rng().fill_bytes(&mut *bytes);
    BASE64_URL_SAFE_NO_PAD.encode(*bytes)
}

/// What the database keeps of a random token.
#[must_use]
pub fn token_digest(token: &str) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    Sha256::digest(token.as_bytes()).to_vec()
}
