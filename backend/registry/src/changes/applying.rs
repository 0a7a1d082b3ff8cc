//! Doing what a change says, and saying line by line what it changed. It runs when a change is tried, when it is applied at
//! once and when a reviewer approves it, so that all three can differ in nothing.

mod families;
mod members;
mod pages;
pub mod store;
mod values;

pub use members::keep_headed;
pub use values::WrittenRow;

use fupin_contract::{
    HouseholdId,
    registry::{Applied, ChangeKind, HouseholdAct, RegisterHousehold, catalog::Catalog},
};
use fupin_kernel::{Error, Result, Tx, crypto::CryptoProvider};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::households::store::HouseholdRow;

/// What a change is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    Register(RegisterHousehold),
    Act(HouseholdAct),
}

impl Content {
    pub fn kind(&self) -> ChangeKind {
        match self {
            Self::Register(_) => ChangeKind::Register,
            Self::Act(act) => act.kind(),
        }
    }
}

/// On what a change acts, and under which origin.
#[derive(Debug)]
pub struct Acting<'a> {
    pub catalog: &'a Catalog,
    pub crypto: &'a dyn CryptoProvider,
    pub origin: Uuid,
    pub year: i16,
    /// Where it was proposed.
    pub village_id: i32,
    /// Held for the act; absent where it is to be registered.
    pub household: Option<HouseholdRow>,
}

impl Acting<'_> {
    fn household(&self) -> Result<&HouseholdRow> {
        self.household.as_ref().ok_or_else(|| Error::internal("a change of no household"))
    }
}

/// What a change did.
#[derive(Debug)]
pub struct Done {
    pub household_id: HouseholdId,
    pub lines: Vec<Applied>,
}

/// A line about the household.
fn line(key: &str, before: Option<String>, after: Option<String>) -> Applied {
    Applied { person: None, key: key.to_owned(), before, after }
}

/// A line about a member.
fn line_of(person: &str, key: &str, before: Option<String>, after: Option<String>) -> Applied {
    Applied { person: Some(person.to_owned()), ..line(key, before, after) }
}

pub async fn apply(tx: &mut Tx, acting: &Acting<'_>, content: &Content) -> Result<Done> {
    let act = match content {
        Content::Register(register) => return families::register(tx, acting, register).await,
        Content::Act(act) => act,
    };
    let household = acting.household()?;
    pages::ensure(tx, acting).await?;
    let lines = match act {
        HouseholdAct::CorrectHousehold { facts } => values::correct_household(tx, acting, facts).await?,
        HouseholdAct::CorrectPerson { person_id, facts } => {
            values::correct_person(tx, acting, *person_id, facts).await?
        }
        HouseholdAct::SetIncome { lines } => values::set_income(tx, acting, lines).await?,
        HouseholdAct::Verify { household, people } => values::verify(tx, acting, household, people).await?,
        HouseholdAct::CorrectIdentity { person_id, name, id_number, sex, birthday } => {
            let said = members::Said {
                name: name.as_deref(),
                id_number: id_number.as_ref().map(|number| number.reveal()),
                sex: sex.as_deref(),
                birthday: *birthday,
            };
            members::correct_identity(tx, acting, *person_id, said).await?
        }
        HouseholdAct::AddMember { member } => members::add_member(tx, acting, member).await?,
        HouseholdAct::RemoveMember { person_id, reason, on } => {
            members::remove_member(tx, acting, *person_id, reason, *on).await?
        }
        HouseholdAct::VoidPerson { person_id, reason } => members::void_person(tx, acting, *person_id, reason).await?,
        HouseholdAct::ChangeHead { person_id, relations, on } => {
            families::change_head(tx, acting, *person_id, relations, *on).await?
        }
        HouseholdAct::MoveVillage { village_id, on } => families::move_village(tx, acting, *village_id, *on).await?,
        HouseholdAct::SplitHousehold { number, relations, on } => {
            families::split(tx, acting, number.as_deref(), relations, *on).await?
        }
        HouseholdAct::MergeInto { household_id, relations, on } => {
            families::merge_into(tx, acting, *household_id, relations, *on).await?
        }
        HouseholdAct::VoidHousehold { reason } => families::void_household(tx, acting, reason).await?,
    };
    store::bump_version(tx, household.household_id).await?;
    Ok(Done { household_id: HouseholdId(household.household_id), lines })
}
