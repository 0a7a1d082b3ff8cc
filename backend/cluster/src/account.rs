//! The user that PostgreSQL runs as: the server's own, or an unprivileged one when the server is root, since PostgreSQL
//! refuses root. Invariant: that user is never root, and can reach every folder that it is sent to.

use std::env;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use rustix::process::{getegid, geteuid};
use tokio::process::Command;

use crate::error::{ClusterError, Doing};

#[derive(Debug, Clone)]
pub(crate) struct Account {
    name: String,
    uid: u32,
    gid: u32,
    /// Whether the server runs as another user (root) and must hand folders over.
    foreign: bool,
}

impl Account {
    pub(crate) fn choose() -> Result<Self, ClusterError> {
        let uid = geteuid().as_raw();
        if uid != 0 {
            return Ok(Self { name: "self".into(), uid, gid: getegid().as_raw(), foreign: false });
        }
        let users = fs::read_to_string("/etc/passwd").doing(|| "reading /etc/passwd".into())?;
        // `postgres` first: other services may run as `nobody`, and would share its rights to our files.
        ["postgres", "nobody"].into_iter().find_map(|name| find_user(&users, name)).ok_or(ClusterError::NoAccount)
    }

    /// A command that runs as this user, away from our folder, terminal signals and PostgreSQL environment.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").process_group(0).stdin(std::process::Stdio::null());
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
            command.env_remove(name);
        }
        if self.foreign {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Makes a folder that this user owns and nobody else but the server can enter.
    pub(crate) fn make_own_folder(&self, folder: &Path) -> Result<(), ClusterError> {
        make_folder(folder, 0o700)?;
        self.hand_over(folder)
    }

    /// Makes a folder of the server's that this user can pass through but not list.
    pub(crate) fn make_passage(&self, folder: &Path) -> Result<(), ClusterError> {
        if !self.foreign {
            return make_folder(folder, 0o700);
        }
        make_folder(folder, 0o710)?;
        chown(folder, None, Some(self.gid))
            .doing(|| format!("handing {} to the group of {}", folder.display(), self.name))
    }

    /// What is there already keeps its owner and mode, and must be passable.
    pub(crate) fn make_data_dir(&self, data_dir: &Path) -> Result<(), ClusterError> {
        if !data_dir.exists() {
            self.make_passage(data_dir)?;
        }
        self.check_reach(data_dir)
    }

    pub(crate) fn hand_over(&self, path: &Path) -> Result<(), ClusterError> {
        if !self.foreign {
            return Ok(());
        }
        chown(path, Some(self.uid), Some(self.gid)).doing(|| format!("handing {} to {}", path.display(), self.name))
    }

    /// Names the first folder above `path` (or `path` itself) that this user cannot pass through.
    pub(crate) fn check_reach(&self, path: &Path) -> Result<(), ClusterError> {
        if !self.foreign {
            return Ok(());
        }
        let real = path.canonicalize().doing(|| format!("opening {}", path.display()))?;
        let mut folders: Vec<&Path> = real.ancestors().collect();
        folders.reverse();
        for folder in folders {
            let facts = fs::metadata(folder).doing(|| format!("opening {}", folder.display()))?;
            if !self.may_pass(facts.uid(), facts.gid(), facts.mode()) {
                return Err(ClusterError::Unreachable { user: self.name.clone(), folder: folder.to_owned() });
            }
        }
        Ok(())
    }

    fn may_pass(&self, uid: u32, gid: u32, mode: u32) -> bool {
        let bit = match (uid == self.uid, gid == self.gid) {
            (true, _) => 0o100,
            (false, true) => 0o010,
            (false, false) => 0o001,
        };
        mode & bit != 0
    }
}

/// The data directory when none is configured: `data` where the server is started, or, where PostgreSQL's user cannot
/// reach that (a checkout under a private home, started as root), a folder of the same name under /var/lib/fupin.
pub fn default_data_dir(start: &Path) -> Result<PathBuf, ClusterError> {
    let account = Account::choose()?;
    match account.check_reach(start) {
        Ok(()) => Ok(start.join("data")),
        Err(ClusterError::Unreachable { .. }) => {
            let name = start.to_string_lossy().trim_matches('/').replace('/', "-");
            Ok(Path::new("/var/lib/fupin").join(name))
        }
        Err(other) => Err(other),
    }
}

/// Makes the data directory where it is missing, so that PostgreSQL's user can pass through it.
pub fn make_data_dir(data_dir: &Path) -> Result<(), ClusterError> {
    Account::choose()?.make_data_dir(data_dir)
}

fn make_folder(folder: &Path, mode: u32) -> Result<(), ClusterError> {
    fs::create_dir_all(folder).doing(|| format!("making {}", folder.display()))?;
    fs::set_permissions(folder, fs::Permissions::from_mode(mode)).doing(|| format!("closing {}", folder.display()))
}

fn find_user(users: &str, name: &str) -> Option<Account> {
    users.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let [user, _, uid, gid, ..] = fields.as_slice() else { return None };
        let (uid, gid) = (uid.parse().ok()?, gid.parse().ok()?);
        (*user == name && uid != 0).then(|| Account { name: name.into(), uid, gid, foreign: true })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str =
        "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\npostgres:x:101:104::/:/bin/sh\n";

    #[test]
    fn a_user_is_read_from_the_list_and_is_never_root() {
        let found = find_user(USERS, "postgres").unwrap();
        assert_eq!((found.uid, found.gid), (101, 104));
        assert!(find_user(USERS, "root").is_none());
        assert!(find_user(USERS, "absent").is_none());
    }

    #[test]
    fn passing_a_folder_needs_the_bit_of_the_nearest_class() {
        let postgres = find_user(USERS, "postgres").unwrap();
        assert!(postgres.may_pass(0, 0, 0o755));
        assert!(!postgres.may_pass(0, 0, 0o700));
        assert!(postgres.may_pass(0, 104, 0o710));
        assert!(!postgres.may_pass(101, 104, 0o077));
    }

    #[test]
    fn a_closed_folder_above_is_named() {
        let mut account = find_user(USERS, "nobody").unwrap();
        account.uid = 4_000_000;
        account.gid = 4_000_000;
        let top = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o700)).tempdir().unwrap();
        let below = top.path().join("a/b");
        fs::create_dir_all(&below).unwrap();
        let refusal = account.check_reach(&below).unwrap_err().to_string();
        assert!(refusal.contains(&*top.path().to_string_lossy()), "{refusal}");
        assert!(refusal.contains("chmod o+x"), "{refusal}");
    }
}
