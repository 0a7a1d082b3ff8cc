//! What a person can be refused in this domain, each with a stable code.

use fupin_contract::{Fault, Faults};
use fupin_kernel::{Error, error::Refusal};
use serde::Serialize;

/// Why an act on a household was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RegistryError {
    /// Somebody changed the household since the caller saw it.
    #[error("stale version")]
    StaleVersion,
    /// It was registered in error or merged away.
    #[error("voided")]
    Voided,
    /// The person is not a member of the household.
    #[error("no member")]
    NoMember,
    /// Somebody else has this ID number.
    #[error("taken")]
    Taken { name: String, place: String },
    /// Another household has this number.
    #[error("number taken")]
    NumberTaken,
    /// The head goes last: another is to head the household first.
    #[error("the head stays")]
    HeadStays,
    /// Exactly one of those who go heads the new household, and somebody stays.
    #[error("bad split")]
    BadSplit,
    /// What everybody is to the new head must be said, and nobody else may be the head.
    #[error("relations missing")]
    RelationsMissing,
    /// A household cannot join itself.
    #[error("same household")]
    SameHousehold,
    /// The change says what is there already.
    #[error("nothing changes")]
    NothingChanges,
    /// Somebody decided on it before.
    #[error("decided")]
    Decided,
    /// Nobody reviews what he or she proposed.
    #[error("own change")]
    OwnChange,
    /// Only whoever proposed it takes it back.
    #[error("not yours")]
    NotYours,
    /// Values are wrong, each named by its field.
    #[error("faulty")]
    Faulty(Faults),
    /// More searches or numbers than one may have.
    #[error("quota")]
    Quota { code: &'static str, most: i64 },
    /// One field is wrong.
    #[error("bad field")]
    Bad(&'static str, Fault),
}

impl RegistryError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::StaleVersion => "registry.stale_version",
            Self::Voided => "registry.voided",
            Self::NoMember => "registry.no_member",
            Self::Taken { .. } => "registry.taken",
            Self::NumberTaken => "registry.number_taken",
            Self::HeadStays => "registry.head_stays",
            Self::BadSplit => "registry.bad_split",
            Self::RelationsMissing => "registry.relations_missing",
            Self::SameHousehold => "registry.same_household",
            Self::NothingChanges => "registry.nothing_changes",
            Self::Decided => "registry.decided",
            Self::OwnChange => "registry.own_change",
            Self::NotYours => "registry.not_yours",
            Self::Quota { code, .. } => code,
            Self::Faulty(_) | Self::Bad(..) => "request.invalid",
        }
    }

    /// The refusal together with how the household stands now.
    pub fn with_current(self, current: &impl Serialize) -> Error {
        match Error::from(self) {
            Error::Conflict(refusal) => Error::Conflict(refusal.current(current)),
            other => other,
        }
    }
}

impl From<RegistryError> for Error {
    fn from(error: RegistryError) -> Self {
        let refusal = Refusal::new(error.code());
        match error {
            RegistryError::Taken { name, place } => Self::Conflict(refusal.with("name", name).with("place", place)),
            RegistryError::Quota { most, .. } => Self::TooMany(refusal.with("most", most)),
            RegistryError::Faulty(faults) => Self::Invalid(Refusal { faults, ..refusal }),
            RegistryError::Bad(field, fault) => Self::Invalid(refusal.fault(field, fault)),
            RegistryError::StaleVersion
            | RegistryError::Voided
            | RegistryError::NoMember
            | RegistryError::NumberTaken
            | RegistryError::HeadStays
            | RegistryError::BadSplit
            | RegistryError::RelationsMissing
            | RegistryError::SameHousehold
            | RegistryError::NothingChanges
            | RegistryError::Decided
            | RegistryError::OwnChange
            | RegistryError::NotYours => Self::Conflict(refusal),
        }
    }
}
