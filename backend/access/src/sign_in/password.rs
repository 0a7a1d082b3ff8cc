//! Password hashes: argon2id with the parameters of OWASP ASVS 5.0 appendix C. A hash takes tens of milliseconds and
//! 46 MiB, so few run at once, and a caller who finds too many waiting is sent away.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use fupin_kernel::{Error, Result, error::Refusal};
use tokio::sync::Semaphore;

/// As many as there are cores to run them.
const AT_ONCE: usize = 2;
/// Those who may wait for their turn.
const WAITING: usize = 64;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);
static QUEUE: Semaphore = Semaphore::const_new(WAITING);

/// Of no account: checked where there is none, so that an unknown name takes as long as a known one.
const NOBODY: &str = "$argon2id$v=19$m=47104,t=1,p=1$bm9ib2R5bm9ib2R5bm9i$0000000000000000000000000000000000000000000";

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(47_104, 1, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hash a new password.
pub async fn hash(password: String) -> Result<String> {
    in_turn(move || argon2()?.hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(Error::internal))
        .await
}

/// Whether a password is the one behind a hash. Without a hash the answer is no, after the same time.
pub async fn matches(password: String, hash: Option<String>) -> Result<bool> {
    in_turn(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let parsed = PasswordHash::new(&hash).map_err(Error::internal)?;
        let same = argon2()?.verify_password(password.as_bytes(), &parsed).is_ok();
        Ok(known && same)
    })
    .await
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let busy = || Error::TooMany(Refusal::new("access.busy").with("seconds", 2));
    let _place = QUEUE.try_acquire().map_err(|_| busy())?;
    let _turn = TURNS.acquire().await.map_err(|_| busy())?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

#[cfg(test)]
mod tests {
    use super::{NOBODY, hash, matches};

    #[tokio::test]
    async fn a_password_matches_its_own_hash_alone() {
        let kept = hash("correct Horse 9".to_owned()).await.unwrap();
        assert!(matches("correct Horse 9".to_owned(), Some(kept.clone())).await.unwrap());
        assert!(!matches("correct horse 9".to_owned(), Some(kept)).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_name_is_refused_after_the_same_work() {
        assert!(super::PasswordHash::new(NOBODY).is_ok());
        assert!(!matches("anything".to_owned(), None).await.unwrap());
    }
}
