//! Households that the probes act on, brought in and changed as in life. They live in a village of the town.

use fupin_access::{Permit, permit::Anyone};
use fupin_contract::{
    CodeGapId, DuplicateId, HouseholdChangeId, HouseholdId, PersonId, RegistryImportId, check_of,
    registry::{
        CSV_MEDIA_TYPE, ChangeHousehold, CodeGapFilter, DuplicateFilter, FindPeople, HouseholdAct, LineKind,
        SetIncomeLine, TableKind, UploadTable, YearQuery,
    },
};
use fupin_kernel::audit::Event;
use fupin_server::province::Province;
use fupin_testing::{Caller, TestApp};
use uuid::Uuid;

/// Of the town's villages the one beside the one at which people stand.
const VILLAGE: &str = "甲东二村";

/// What there is of the registry.
pub struct Tables {
    pub village: &'static str,
    pub household: HouseholdId,
    pub version: i32,
    pub year: i16,
    pub person: PersonId,
    /// Proposed by the town's clerk.
    pub change: HouseholdChangeId,
    pub gap: CodeGapId,
    /// Two of one name and birthday in one village.
    pub duplicate: DuplicateId,
    /// A table that has not been uploaded yet, one that was looked at, one that was taken.
    pub file: Vec<u8>,
    pub checked: RegistryImportId,
    pub done: RegistryImportId,
}

impl Tables {
    pub async fn make(test: &TestApp, province: &Province, officer: &Caller, clerk: &Caller, top: &Caller) -> Self {
        let registry = &province.registry;
        let permit = Permit::<Anyone>::for_job(&test.app, "test.load");
        permit
            .write(Event::new("test.loaded"), async |tx| {
                fupin_registry::load_catalog(tx, &registry.catalog, &registry.dictionaries).await?;
                fupin_registry::load_lines(tx, &registry.lines).await?;
                fupin_registry::load_policy(tx, &registry.policy).await
            })
            .await
            .unwrap();
        let mut first = table("户主一", 11);
        let again = format!("甲县,甲东镇,{VILLAGE},户主四,符亚大,{},2025,户主,,,\n", id_number(17));
        first.extend_from_slice(again.as_bytes());
        let done = upload(test, officer, first).await;
        officer.take_table(done, Uuid::now_v7()).await.unwrap();
        fupin_registry::imports::work(&test.app, done).await.unwrap();
        let checked = upload(test, officer, table("户主二", 13)).await;
        let asked = FindPeople { household_number: Some("户主一".to_owned()), ..FindPeople::default() };
        let found = clerk.find_people(&asked).await.unwrap().items.remove(0);
        let page = clerk.get_household(found.household_id, &YearQuery::default()).await.unwrap();
        let facts = [("house_area".to_owned(), "80".into())].into();
        let act =
            ChangeHousehold { version: page.version, year: page.year, act: HouseholdAct::CorrectHousehold { facts } };
        let change = clerk.change_household(page.id, &act, Uuid::now_v7()).await.unwrap().id;
        let gap = top.list_code_gaps(&CodeGapFilter::default()).await.unwrap().items.remove(0).id;
        let line = SetIncomeLine {
            kind: LineKind::Monitoring,
            unit_id: test.unit("甲东镇"),
            year: 2019,
            value: "5000".to_owned(),
            source: "样例〔2019〕1号".to_owned(),
        };
        top.set_income_line(&line).await.unwrap();
        let duplicate = top.list_duplicates(&DuplicateFilter::default()).await.unwrap().items.remove(0).id;
        Self {
            village: VILLAGE,
            household: page.id,
            version: page.version,
            year: page.year,
            person: page.members[0].id,
            change,
            gap,
            duplicate,
            file: table("户主三", 15),
            checked,
            done,
        }
    }
}

/// Of a person, and of a household.
const PHONES: [&str; 2] = ["13000002345", "13000006789"];

/// The numbers by which the probes' people are identified and called: none leaves in clear but by revealing it.
pub fn numbers() -> Vec<String> {
    let ids = [11, 13, 15, 17].map(id_number);
    ids.into_iter().chain(PHONES.map(str::to_owned)).collect()
}

fn id_number(serial: u32) -> String {
    let seventeen = format!("46999919700305{serial:03}");
    format!("{seventeen}{}", check_of(&seventeen).unwrap())
}

async fn upload(test: &TestApp, officer: &Caller, file: Vec<u8>) -> RegistryImportId {
    let how = UploadTable { table: TableKind::Person, source: None, name: Some("人口".to_owned()), atomic: None };
    let id = officer.upload_table(&how, CSV_MEDIA_TYPE, file, Uuid::now_v7()).await.unwrap().id;
    fupin_registry::imports::work(&test.app, id).await.unwrap();
    id
}

/// A household of one, with a code that nobody knows; and a row of nobody.
fn table(number: &str, serial: u32) -> Vec<u8> {
    let id = id_number(serial);
    let [phone, home] = PHONES;
    let head = "县（区）,乡（镇）,行政村,户编号,姓名,证件号码,年度,与户主关系,健康状况,联系电话,家庭联系电话";
    let of = format!("甲县,甲东镇,{VILLAGE},{number}");
    format!("{head}\n{of},符亚大,{id},2025,户主,小恙,{phone},{home}\n{of},,1,2025,之子,,,\n").into_bytes()
}
