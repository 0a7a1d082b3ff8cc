//! A province with the attributes of a real one, the people who work in it, and synthetic households.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use fupin_access::{Permit, permit::Anyone};
use fupin_client::{ClientError, Uuid};
use fupin_contract::{
    HouseholdId, PersonId, Secret,
    access::Role,
    check_of,
    registry::{
        Change, ChangeDecision, ChangeHousehold, ChangeState, Household, HouseholdAct, NewMember, RegisterHousehold,
        YearQuery,
    },
};
use fupin_kernel::audit::Event;
use fupin_testing::{Person, TestApp};
use utoipa_actix_web::service_config::ServiceConfig;

const CATALOG: &str = include_str!("../../../server/provinces/hainan/registry/catalog.json");
const DICTIONARIES: &str = include_str!("../../../server/provinces/hainan/registry/dictionaries.json");
const LINES: &str = include_str!("../../../server/provinces/hainan/registry/lines.json");

pub const VILLAGE: &str = "甲东一村";
pub const TOWN: &str = "甲东镇";

fn configure(service: &mut ServiceConfig<'_>) {
    fupin_access::configure(service);
    fupin_insight::configure(service);
    fupin_registry::configure(service);
}

pub struct World {
    pub app: TestApp,
    pub clerk: Person,
    pub reviewer: Person,
    pub today: NaiveDate,
    pub year: i16,
}

/// An ID number of nobody: of an unassigned region, born on a day, the serial's last digit saying the sex.
pub fn id_number(born: &str, serial: u32) -> String {
    let seventeen = format!("469999{}{serial:03}", born.replace('-', ""));
    format!("{seventeen}{}", check_of(&seventeen).unwrap())
}

pub fn written(facts: &[(&str, &str)]) -> BTreeMap<String, Secret> {
    facts.iter().map(|(key, value)| ((*key).to_owned(), Secret::from(*value))).collect()
}

/// The code of a call that was refused.
pub fn refused<T: std::fmt::Debug>(answer: Result<T, ClientError>) -> String {
    match answer {
        Err(ClientError::Problem(problem)) => problem.code.clone(),
        other => panic!("{other:?}"),
    }
}

/// What is wrong by field: the first code of each.
pub fn faults<T: std::fmt::Debug>(answer: Result<T, ClientError>) -> Vec<(String, String)> {
    match answer {
        Err(ClientError::Problem(problem)) => {
            problem.faults.into_iter().map(|(field, faults)| (field, faults[0].code.clone())).collect()
        }
        other => panic!("{other:?}"),
    }
}

impl World {
    /// Changes wait for the town.
    pub async fn start() -> Self {
        Self::start_reviewed_by(Some("town")).await
    }

    /// Changes take effect at once.
    pub async fn start_unreviewed() -> Self {
        Self::start_reviewed_by(None).await
    }

    async fn start_reviewed_by(level: Option<&str>) -> Self {
        let app = TestApp::start(configure).await;
        let policy = serde_json::json!({
            "review_level": level, "review_days": 7, "searches_per_hour": 30, "reveals_per_day": 3, "walk_households": 5
        });
        let permit = Permit::<Anyone>::for_job(&app.app, "test.load");
        permit
            .write(Event::new("test.loaded"), async |tx| {
                fupin_registry::load_catalog(tx, CATALOG, DICTIONARIES).await?;
                fupin_registry::load_lines(tx, LINES).await?;
                fupin_registry::load_policy(tx, &policy.to_string()).await
            })
            .await
            .unwrap();
        let clerk = app.person(Role::Clerk, VILLAGE).await;
        let reviewer = app.person(Role::Reviewer, TOWN).await;
        let days = app.number("select local_today() - date '2000-01-01'::date + 0::bigint").await;
        let today = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + Days::new(u64::try_from(days).unwrap());
        Self { app, clerk, reviewer, today, year: chrono::Datelike::year(&today) as i16 }
    }

    pub fn member(&self, name: &str, relation: &str, number: &str) -> NewMember {
        NewMember {
            name: name.to_owned(),
            relation: relation.to_owned(),
            id_number: Some(Secret::from(number)),
            sex: None,
            birthday: None,
            facts: BTreeMap::new(),
            reason: "07".to_owned(),
            on: self.today,
        }
    }

    pub fn household(&self, village: &str, head: NewMember) -> RegisterHousehold {
        RegisterHousehold {
            village_id: self.app.unit(village),
            year: self.year,
            number: None,
            head,
            facts: written(&[("kind", "01"), ("main_cause", "01")]),
        }
    }

    /// A household of one, registered by a clerk of its village.
    pub async fn registered(&self, name: &str, number: &str) -> Household {
        let act = self.household(VILLAGE, self.member(name, "01", number));
        let change = self.clerk.client.register_household(&act, Uuid::new_v4()).await.unwrap();
        let change = self.approved(change).await;
        self.page(change.household_id.unwrap()).await
    }

    pub async fn page(&self, id: HouseholdId) -> Household {
        self.clerk.client.get_household(id, &YearQuery::default()).await.unwrap()
    }

    /// By the town, where it waits.
    pub async fn approved(&self, change: Change) -> Change {
        if change.state == ChangeState::Applied {
            return change;
        }
        let approve = ChangeDecision { approve: true, reason: None };
        self.reviewer.client.decide_change(change.id, &approve, Uuid::new_v4()).await.unwrap()
    }

    pub async fn try_change(&self, page: &Household, act: HouseholdAct) -> Result<Change, ClientError> {
        let act = ChangeHousehold { version: page.version, year: page.year, act };
        self.clerk.client.change_household(page.id, &act, Uuid::new_v4()).await
    }

    /// The household after a change that was approved.
    pub async fn changed(&self, page: &Household, act: HouseholdAct) -> Household {
        let change = self.try_change(page, act).await.unwrap();
        self.approved(change).await;
        self.page(page.id).await
    }
}

/// Who goes by a name on a page.
pub fn person(page: &Household, name: &str) -> PersonId {
    page.members.iter().find(|member| member.name == name).unwrap().id
}

/// What a page says of a member.
pub fn relation(page: &Household, name: &str) -> String {
    page.members.iter().find(|member| member.name == name).unwrap().relation.clone()
}
