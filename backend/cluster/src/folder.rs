//! Where a private cluster lies: `<data directory>/postgres/`.
//!
//! | name        | owner             | what                                                               |
//! |-------------|-------------------|--------------------------------------------------------------------|
//! | `data/`     | PostgreSQL's user | the cluster itself                                                 |
//! | `run/`      | PostgreSQL's user | the unix socket (elsewhere if its path would be too long)          |
//! | `passwords` | the server, 0600  | one line per role: name, password                                  |
//! | `lock`      | the server        | locked for as long as a server uses the folder                     |
//!
//! Invariants: `data/` appears whole or not at all (it is made beside and renamed); the password of a role is on the disk
//! before the role has it.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::error::{ClusterError, Doing};

/// The longest path of a unix socket that Linux accepts.
const MAX_SOCKET_PATH: usize = 107;
const FAR_PREFIX: &str = "fupin-socket-";
const SOCKET_NAME: &str = ".s.PGSQL.5432";

#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    account: Account,
}

impl Folder {
    /// Makes the folder with its owners and modes; what is there already stays.
    pub(crate) fn prepare(data_dir: &Path, account: Account) -> Result<Self, ClusterError> {
        account.make_data_dir(data_dir)?;
        let root = data_dir.canonicalize().doing(|| format!("opening {}", data_dir.display()))?.join("postgres");
        account.make_passage(&root)?;
        Ok(Self { root, account })
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// Where `initdb` works until the cluster is whole.
    pub(crate) fn nursery(&self) -> PathBuf {
        self.root.join("data.new")
    }

    pub(crate) fn passwords(&self) -> PathBuf {
        self.root.join("passwords")
    }

    /// Fails while another server holds the folder; the lock falls with the returned file, or with its process.
    pub(crate) fn lock(&self) -> Result<File, ClusterError> {
        let path = self.root.join("lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        let file = file.doing(|| format!("opening {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(ClusterError::InUse(self.root.clone())),
            Err(TryLockError::Error(source)) => Err(source).doing(|| format!("locking {}", path.display())),
        }
    }

    /// An empty private folder for the socket. A name under /tmp is drawn anew each time, so that nobody can wait there.
    pub(crate) fn make_socket_folder(&self) -> Result<PathBuf, ClusterError> {
        let near = self.root.join("run");
        if near.join(SOCKET_NAME).as_os_str().as_bytes().len() <= MAX_SOCKET_PATH {
            remove_folder(&near)?;
            self.account.make_own_folder(&near)?;
            return Ok(near);
        }
        let far = Path::new("/tmp").join(format!("{FAR_PREFIX}{}", random_hex(8)));
        fs::create_dir(&far).doing(|| format!("making {}", far.display()))?;
        self.account.make_own_folder(&far)?;
        Ok(far)
    }
}

/// Whether this is a folder that `make_socket_folder` made under /tmp.
pub(crate) fn is_far_socket_folder(folder: &Path) -> bool {
    let name = folder.file_name().map(|name| name.to_string_lossy());
    folder.parent() == Some(Path::new("/tmp")) && name.is_some_and(|name| name.starts_with(FAR_PREFIX))
}

pub(crate) fn remove_folder(folder: &Path) -> Result<(), ClusterError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).doing(|| format!("removing {}", folder.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes a file that only its owner can read, and only returns when it is on the disk.
pub(crate) fn write_secret(path: &Path, text: &str) -> Result<(), ClusterError> {
    let doing = || format!("writing {}", path.display());
    let fresh = path.with_added_extension("fresh");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&fresh).doing(doing)?;
    file.write_all(text.as_bytes()).doing(doing)?;
    file.sync_all().doing(doing)?;
    fs::rename(&fresh, path).doing(doing)?;
    let Some(parent) = path.parent() else { return Ok(()) };
    File::open(parent).and_then(|folder| folder.sync_all()).doing(doing)
}

pub(crate) fn random_hex(bytes: usize) -> String {
    (0..bytes).map(|_| format!("{:02x}", rand::random::<u8>())).collect()
}

/// The passwords of our roles, drawn once and kept in one file of mode 0600.
pub(crate) struct Passwords(BTreeMap<String, String>);

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Passwords {
    /// Reads the file and adds what is missing for `roles`.
    pub(crate) fn keep(path: &Path, roles: &[&str]) -> Result<Self, ClusterError> {
        let mut known = Self::read(path)?;
        if roles.iter().all(|role| known.0.contains_key(*role)) {
            return Ok(known);
        }
        for role in roles {
            known.0.entry((*role).into()).or_insert_with(|| random_hex(24));
        }
        let lines: String = known.0.iter().map(|(role, password)| format!("{role} {password}\n")).collect();
        write_secret(path, &lines)?;
        Ok(known)
    }

    fn read(path: &Path) -> Result<Self, ClusterError> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            other => other.doing(|| format!("reading {}", path.display()))?,
        };
        let pairs = text.lines().filter_map(|line| line.split_once(' '));
        Ok(Self(pairs.map(|(role, password)| (role.to_owned(), password.to_owned())).collect()))
    }

    /// The password of a role of an existing cluster, which cannot be drawn again.
    pub(crate) fn of_existing(path: &Path, role: &str) -> Result<String, ClusterError> {
        Self::read(path)?.0.remove(role).ok_or_else(|| ClusterError::PasswordLost(path.to_owned()))
    }

    pub(crate) fn of(&self, role: &str) -> &str {
        self.0.get(role).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn passwords_are_drawn_once_and_kept_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passwords");
        let first = Passwords::keep(&path, &["a", "b"]).unwrap();
        let second = Passwords::keep(&path, &["a", "b", "c"]).unwrap();
        assert_eq!(first.of("a"), second.of("a"));
        assert_ne!(first.of("a"), first.of("b"));
        assert_eq!(second.of("c").len(), 48);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_socket_path_that_is_too_long_moves_to_a_short_private_folder() {
        let top = tempfile::tempdir().unwrap();
        let long = top.path().join("l".repeat(120));
        fs::create_dir(&long).unwrap();
        let folder = Folder { root: long, account: Account::choose().unwrap() };
        let socket = folder.make_socket_folder().unwrap();
        assert!(is_far_socket_folder(&socket));
        assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o700);
        fs::remove_dir(&socket).unwrap();
    }
}
