//! Searches, pages, lists, and who saw whom.

use std::time::{Duration, Instant};

use fupin_client::{Client, native::Native};
use fupin_cluster::{running, with_database};
use fupin_contract::{
    Cursor, HouseholdId, Secret,
    registry::{FindPeople, HouseholdFilter, Purpose, Reveal, SightingFilter, YearQuery},
};
use tokio_postgres::NoTls;

use crate::{Outcome, percentile, say, server::Server};

/// Of each kind of question.
const TIMES: usize = 200;
/// So many looks, unless making them up takes too long.
const LOOKS: i64 = 100_000_000;
const LOOKS_FOR: Duration = Duration::from_secs(360);
const LOOKS_AT_ONCE: i64 = 1_000_000;
/// Nine of ten looks open a household; the tenth is a list of fifty in some village.
const LOOKS_OF_A_DAY: &str = "
    insert into sighting (at, household_id, person_id, village_id, last_household_id, onlooker_no, act)
    select clock_now() - make_interval(days => (364 - $1::bigint)::int) + make_interval(secs => g / 12.0),
        s.household, null, case when g % 10 = 0 then v.ids[1 + g % cardinality(v.ids)] end,
        case when g % 10 = 0 then s.household + 50 end, o.first + (g % 12)::int, case when g % 10 = 0 then 1 else 3 end
    from (select min(household_id) as first, count(*) as many from household) h,
        (select array_agg(unit_id) as ids from v_access_unit where level = 3) v,
        (select min(onlooker_no) as first from onlooker) o,
        generate_series(1, $2::bigint) g,
        lateral (select h.first + (g * 7919 + $1::bigint * 104729) % h.many as household) s";

/// What pages of the list are asked for in turn: nothing, what many have, what some members have, what nobody has.
const ASKED: [Option<&str>; 4] = [None, Some("standard=01"), Some("health=02"), Some("main_cause=01")];

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

pub async fn measure(server: &Server, year: i16) -> Outcome<Vec<(&'static str, f64)>> {
    let admin = admin(server).await?;
    // Quotas are for people; this is none.
    admin
        .batch_execute(
            "update registry_policy set searches_per_hour = 1000000, reveals_per_day = 1000000,
                 walk_households = 1000000; analyze",
        )
        .await?;
    let officer = server.enter("sheng-ban").await?;
    let mut figures = vec![
        ("search_id_p95_ms", by_number(&admin, &officer).await?),
        ("search_name_p95_ms", by_name(&admin, &officer).await?),
        ("household_p95_ms", households(&admin, &officer).await?),
        ("list_page_p95_ms", lists(&admin, &officer, year).await?),
    ];
    figures.push(("who_saw_s", who_saw(server, &admin).await?));
    Ok(figures)
}

async fn admin(server: &Server) -> Outcome<tokio_postgres::Client> {
    let cluster = running(server.data_dir())?.ok_or("the server has no database of its own")?;
    let (client, connection) = tokio_postgres::connect(&with_database(&cluster.admin_url, "fupin")?, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

fn tell(what: &str, times: Vec<f64>) -> f64 {
    let (p50, p95) = (percentile(times.clone(), 50), percentile(times, 95));
    say(&format!("{what}: p50 {p50:.1} ms, p95 {p95:.1} ms, {TIMES} times, one after the other"));
    p95
}

/// People by chance, from all over the province.
async fn some(admin: &tokio_postgres::Client, column: &str, table: &str) -> Outcome<Vec<i64>> {
    let query = format!("select {column} from {table} tablesample system (1) order by random() limit {TIMES}");
    Ok(admin.query(&query, &[]).await?.iter().map(|row| row.get(0)).collect())
}

async fn by_number(admin: &tokio_postgres::Client, officer: &Client<Native>) -> Outcome<f64> {
    let mut times = Vec::new();
    for id in some(admin, "person_id", "person").await? {
        let asked = Reveal {
            household_id: None,
            person_id: Some(fupin_contract::PersonId(id)),
            year: None,
            field: "id_number".to_owned(),
            purpose: Purpose::Inspection,
            note: None,
        };
        // Who has no papers is not found by them.
        let Ok(number) = officer.reveal_number(&asked).await else { continue };
        let asked = FindPeople { id_number: Some(Secret::from(number.value.as_str())), ..FindPeople::default() };
        let began = Instant::now();
        let found = officer.find_people(&asked).await?;
        times.push(ms(began));
        if found.items.iter().all(|person| person.id.0 != id) {
            return Err("somebody was not found by the ID number".into());
        }
    }
    Ok(tell("search by ID number", times))
}

async fn by_name(admin: &tokio_postgres::Client, officer: &Client<Native>) -> Outcome<f64> {
    let query = format!(
        "select q.name, c.unit_id from person q tablesample system (1)
         join v_access_unit v on v.unit_id = q.village_id
         join v_access_unit c on c.level = 1 and c.lo <= v.lo and v.lo < c.hi
         order by random() limit {TIMES}"
    );
    let mut times = Vec::new();
    for (place, row) in admin.query(&query, &[]).await?.iter().enumerate() {
        let (name, county): (String, i32) = (row.get(0), row.get(1));
        // Whole names, surnames and initials in turn.
        let typed = match place % 3 {
            0 => name,
            1 => name.chars().take(1).collect(),
            _ => "fx".to_owned(),
        };
        let unit_id = Some(fupin_contract::UnitId(county));
        let asked = FindPeople { unit_id, name: Some(typed), ..FindPeople::default() };
        let began = Instant::now();
        officer.find_people(&asked).await?;
        times.push(ms(began));
    }
    Ok(tell("search by name within a county", times))
}

async fn households(admin: &tokio_postgres::Client, officer: &Client<Native>) -> Outcome<f64> {
    let mut times = Vec::new();
    for id in some(admin, "household_id", "household").await? {
        let began = Instant::now();
        officer.get_household(HouseholdId(id), &YearQuery::default()).await?;
        times.push(ms(began));
    }
    Ok(tell("page of a household", times))
}

async fn lists(admin: &tokio_postgres::Client, officer: &Client<Native>, year: i16) -> Outcome<f64> {
    let query = format!(
        "select v.lo, h.village_id, h.household_id from household h tablesample system (1)
         join v_access_unit v on v.unit_id = h.village_id order by random() limit {TIMES}"
    );
    let mut times = Vec::new();
    for (place, row) in admin.query(&query, &[]).await?.iter().enumerate() {
        let (lo, village, household): (i32, i32, i64) = (row.get(0), row.get(1), row.get(2));
        let filter = HouseholdFilter {
            year: Some(year),
            having: ASKED.get(place % ASKED.len()).copied().flatten().map(str::to_owned),
            after: Some(Cursor::after_numbers([lo.into(), village.into(), household])),
            ..HouseholdFilter::default()
        };
        let began = Instant::now();
        officer.list_households(&filter).await?;
        times.push(ms(began));
    }
    Ok(tell("page of the list, anywhere in the province", times))
}

/// Looks of twelve months, as many as can be made up in a few minutes, by a dozen accounts: each has seen more than anybody
/// could. Then both questions. Indexes are made anew at the end, as after a restore.
async fn who_saw(server: &Server, admin: &tokio_postgres::Client) -> Outcome<f64> {
    admin
        .batch_execute(
            "insert into onlooker (account_id) select account_id from account on conflict do nothing;
             alter table sighting set unlogged;
             drop index sighting_household, sighting_village, sighting_onlooker",
        )
        .await?;
    let began = Instant::now();
    let mut looks = 0;
    while looks < LOOKS && began.elapsed() < LOOKS_FOR {
        admin.execute(LOOKS_OF_A_DAY, &[&(looks / LOOKS_AT_ONCE % 365), &LOOKS_AT_ONCE]).await?;
        looks += LOOKS_AT_ONCE;
    }
    admin
        .batch_execute(
            "set maintenance_work_mem = '1GB';
             create index sighting_household on sighting (household_id, at) where household_id is not null;
             create index sighting_village on sighting (village_id, at) where village_id is not null;
             create index sighting_onlooker on sighting (onlooker_no, at);
             analyze sighting",
        )
        .await?;
    say(&format!("looks: {looks} of twelve months, made up in {:.0} s", began.elapsed().as_secs_f64()));
    let auditor = server.enter("shenji").await?;
    let mut slowest = 0.0_f64;
    let persons = some(admin, "person_id", "person").await?;
    for id in persons.into_iter().take(20) {
        let asked = SightingFilter { person_id: Some(fupin_contract::PersonId(id)), ..SightingFilter::default() };
        let began = Instant::now();
        auditor.list_sightings(&asked).await?;
        slowest = slowest.max(began.elapsed().as_secs_f64());
    }
    let accounts = admin.query("select account_id from onlooker limit 5", &[]).await?;
    for row in accounts {
        let account: uuid::Uuid = row.get(0);
        let asked =
            SightingFilter { account_id: Some(fupin_contract::AccountId(account)), ..SightingFilter::default() };
        let began = Instant::now();
        auditor.list_sightings(&asked).await?;
        slowest = slowest.max(began.elapsed().as_secs_f64());
    }
    say(&format!("who saw whom: {looks} looks; the slowest of 25 answers {slowest:.2} s"));
    Ok(slowest)
}
