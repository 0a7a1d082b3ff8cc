//! Who plays: the accounts that the demonstration offers, and the clerks and reviewers of every unit, whom its
//! administrators make through the API. Everybody is made up.

use fupin_client::{Client, ClientError, native::Native};
use fupin_contract::{
    Phone, UnitId,
    access::{AccountFilter, CreateAccount, GrantRole, OneTimeLink, Role, UseLink},
    setup::{DemoAccount, Instance},
    units::{Level, Unit, UnitFilter},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use rand::seq::IndexedRandom;

use crate::{Outcome, progress};

/// Calls at a time: as many as keep two cores at work.
pub const AT_ONCE: usize = 8;
const SURNAMES: [&str; 12] = ["王", "符", "陈", "吴", "黎", "李", "林", "郑", "卓", "羊", "谭", "董"];
const GIVEN: [&str; 12] =
    ["阿山", "秋菊", "海生", "春兰", "国强", "小梅", "永福", "丽珍", "文博", "玉莲", "家宝", "明珠"];

/// A running demonstration.
pub struct Place {
    pub url: String,
    accounts: Vec<DemoAccount>,
}

/// Somebody of a unit.
pub struct Person {
    pub username: String,
    pub unit: Unit,
}

/// Everybody who works on a month, and the password of all of them.
pub struct People {
    pub clerks: Vec<Person>,
    /// Of towns and of counties.
    pub reviewers: Vec<Person>,
    password: String,
}

/// The units of a part of the province.
pub struct Units {
    pub top: Unit,
    pub all: Vec<Unit>,
}

impl Units {
    pub fn of(&self, level: Level) -> impl Iterator<Item = &Unit> {
        self.all.iter().filter(move |unit| unit.level == level)
    }
}

impl Place {
    /// Refuses anything but a demonstration: what is played stays in the books.
    pub async fn find(url: &str) -> Outcome<Self> {
        let Instance { demo, demo_accounts: accounts, .. } = Client::native(url)?.get_instance().await?;
        if !demo {
            return Err(format!("{url} is not a demonstration; start one with make run").into());
        }
        Ok(Self { url: url.to_owned(), accounts })
    }

    pub fn nobody(&self) -> Outcome<Client<Native>> {
        Ok(Client::native(&self.url)?)
    }

    /// As the account that the demonstration offers for a role of the whole province.
    pub async fn enter(&self, role: Role) -> Outcome<Client<Native>> {
        let account = self.accounts.iter().find(|account| account.role == role).ok_or("the account is not offered")?;
        let client = self.nobody()?;
        client.enter(&account.username, &account.password).await?;
        Ok(client)
    }

    /// As somebody who was made to play.
    pub async fn enter_as(&self, person: &Person, people: &People) -> Outcome<Client<Native>> {
        let client = self.nobody()?;
        client.enter(&person.username, &people.password).await?;
        Ok(client)
    }

    /// All units at and below the one of this name or code; the province, when none is named.
    pub async fn units(&self, named: Option<&str>) -> Outcome<Units> {
        let system = self.enter(Role::SystemAdmin).await?;
        let filter = UnitFilter { q: named.map(str::to_owned), ..UnitFilter::default() };
        let found = system.list_units(&filter).await?.items;
        let fits = |unit: &&Unit| named.is_none_or(|named| unit.name == named || unit.code == named);
        let top = found.iter().find(fits).or(found.first()).cloned().ok_or("there is no such unit")?;
        let (mut all, mut level) = (Vec::new(), vec![top.clone()]);
        while !level.is_empty() {
            let parents = level.iter().filter(|unit| unit.children > 0).map(|unit| unit.id).collect::<Vec<_>>();
            all.append(&mut level);
            let below = |parent: UnitId| {
                let (system, filter) = (&system, UnitFilter { parent: Some(parent), ..UnitFilter::default() });
                async move { system.list_units(&filter).await }
            };
            let pages: Vec<_> = stream::iter(parents).map(below).buffered(AT_ONCE).try_collect().await?;
            level = pages.into_iter().flat_map(|page| page.items).collect();
        }
        Ok(Units { top, all })
    }

    /// A clerk for every village, a reviewer for every town and county.
    pub async fn enrol(&self, units: &Units) -> Outcome<People> {
        let roles = [(Level::Village, Role::Clerk), (Level::Town, Role::Reviewer), (Level::County, Role::Reviewer)];
        let wanted: Vec<(&Unit, Role)> =
            roles.into_iter().flat_map(|(level, role)| units.of(level).map(move |unit| (unit, role))).collect();
        let enrolment = Enrolment {
            system: self.enter(Role::SystemAdmin).await?,
            security: self.enter(Role::SecurityAdmin).await?,
            nobody: self.nobody()?,
            password: format!("Yan-{}", uuid::Uuid::new_v4().simple()),
        };
        let bar = progress("账号", wanted.len());
        let made = stream::iter(wanted.into_iter().enumerate()).map(|(number, (unit, role))| {
            let enrolment = &enrolment;
            async move { enrolment.enrol(number, unit, role).await.map(|person| (role, person)) }
        });
        let mut people = People { clerks: Vec::new(), reviewers: Vec::new(), password: enrolment.password.clone() };
        let mut made = made.buffered(AT_ONCE);
        while let Some(person) = made.next().await {
            let (role, person) = person?;
            if role == Role::Clerk {
                people.clerks.push(person)
            } else {
                people.reviewers.push(person)
            }
            bar.inc(1);
        }
        bar.finish();
        Ok(people)
    }
}

/// Administrators at work.
struct Enrolment {
    system: Client<Native>,
    security: Client<Native>,
    nobody: Client<Native>,
    password: String,
}

impl Enrolment {
    /// Make an account, give it its role, and open its one-time link as its owner would. Who played before comes back
    /// with a new link.
    async fn enrol(&self, number: usize, unit: &Unit, role: Role) -> Outcome<Person> {
        let account = CreateAccount {
            username: format!("yan-{}", unit.code),
            name: name(),
            unit: unit.id,
            // Of the block that carriers give to nobody.
            phone: Some(Phone::parse(&format!("1980000{:04}", number % 10_000)).map_err(|_| "not a phone")?),
        };
        let link = match self.system.create_account(&account).await {
            Ok(created) => {
                self.security.grant_role(created.account.id, &GrantRole { role, unit: unit.id }).await?;
                created.activation
            }
            Err(ClientError::Problem(problem)) if problem.code == "access.username_taken" => {
                self.find_again(&account.username).await?
            }
            Err(error) => return Err(error.into()),
        };
        let token = link.link.rsplit('#').next().unwrap_or_default().to_owned();
        self.nobody.use_link(&UseLink { token, password: self.password.clone() }).await?;
        Ok(Person { username: account.username, unit: unit.clone() })
    }

    async fn find_again(&self, username: &str) -> Outcome<OneTimeLink> {
        let filter = AccountFilter { q: Some(username.to_owned()), ..AccountFilter::default() };
        let found = self.system.list_accounts(&filter).await?.items;
        let account = found.iter().find(|account| account.username == username).ok_or("an account is gone")?;
        Ok(self.system.issue_reset_link(account.id).await?)
    }
}

fn name() -> String {
    let mut rng = rand::rng();
    let pick = |rng: &mut _, names: &[&str; 12]| names.choose(rng).copied().unwrap_or_default().to_owned();
    let surname = pick(&mut rng, &SURNAMES);
    format!("{surname}{}", pick(&mut rng, &GIVEN))
}
