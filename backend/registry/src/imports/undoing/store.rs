//! The SQL of undoing.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Bool, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::RegistryImportId;
use fupin_kernel::{Result, Tx};

#[derive(QueryableByName)]
struct RestsRow {
    #[diesel(sql_type = Bool)]
    rests: bool,
}

/// Whether anything rests on an import.
pub async fn rests(tx: &mut Tx, id: RegistryImportId) -> Result<bool> {
    let row: RestsRow = sql_query(
        "select
             exists (select from person_year where origin_id = $1 and marks is not null)
             or exists (select from household_year where origin_id = $1 and marks is not null)
             or exists (select from person_year y join person p using (person_id)
                        where p.origin_id = $1 and y.origin_id <> $1)
             or exists (select from household_year y join household h using (household_id)
                        where h.origin_id = $1 and y.origin_id <> $1)
             or exists (select from income i join household h using (household_id)
                        where h.origin_id = $1 and i.origin_id <> $1)
             or exists (select from duplicate d join person p on p.person_id in (d.first_id, d.second_id)
                        where d.state = 'merged' and p.origin_id = $1)
             or exists (select from registry_import_before mine
                        join registry_import_before other using (kind, subject_id, year)
                        join registry_import i on i.registry_import_id = other.registry_import_id
                        join registry_import me on me.registry_import_id = mine.registry_import_id
                        where mine.registry_import_id = $1 and other.registry_import_id <> $1
                          and i.run_at > me.run_at and i.state <> 'undone')
             or exists (select from household_change c
                        join registry_import me on me.registry_import_id = $1
                        where c.state = 'applied' and c.decided_at > me.run_at
                          and (exists (select from person_year y
                                       where y.household_id = c.household_id and y.origin_id = $1)
                               or exists (select from household_year y
                                          where y.household_id = c.household_id and y.origin_id = $1)
                               or exists (select from registry_import_before b
                                          where b.registry_import_id = $1 and b.subject_id = c.household_id
                                            and b.kind in ('household', 'household_year', 'income'))))
             as rests",
    )
    .bind::<SqlUuid, _>(id.0)
    .get_result(tx.conn()?)
    .await?;
    Ok(row.rests)
}

/// Put back and take away, statement by statement.
pub async fn undo(tx: &mut Tx, id: RegistryImportId) -> Result<()> {
    for statement in STATEMENTS {
        run(tx, statement, id).await?;
    }
    Ok(())
}

async fn run(tx: &mut Tx, statement: &str, id: RegistryImportId) -> Result<()> {
    sql_query(statement).bind::<SqlUuid, _>(id.0).bind::<Text, _>("import_undone").execute(tx.conn()?).await?;
    Ok(())
}

/// What was written over is put back first, so that what is then of this import alone is known by its origin. Each takes
/// the import and the word by which records are voided.
const STATEMENTS: [&str; 9] = [
    "update person_year y set household_id = b.household_id, relation = b.relation, facts = b.facts, sealed = b.sealed,
         left_on = b.left_on, left_reason = b.left_reason, marks = b.marks, unmapped = b.unmapped
     from registry_import_before k cross join lateral jsonb_populate_record(null::person_year, k.before) b
     where k.registry_import_id = $1 and k.kind = 'person_year' and $2 <> ''
       and y.person_id = k.subject_id and y.year = k.year",
    "update household_year y set village_id = b.village_id, head_id = b.head_id, facts = b.facts, sealed = b.sealed,
         marks = b.marks, unmapped = b.unmapped
     from registry_import_before k cross join lateral jsonb_populate_record(null::household_year, k.before) b
     where k.registry_import_id = $1 and k.kind = 'household_year' and $2 <> ''
       and y.household_id = k.subject_id and y.year = k.year",
    "update income i set lines = b.lines, members = b.members, total = b.total, net = b.net,
         per_capita = b.per_capita, origin_id = b.origin_id
     from registry_import_before k cross join lateral jsonb_populate_record(null::income, k.before) b
     where k.registry_import_id = $1 and k.kind = 'income' and $2 <> ''
       and i.household_id = k.subject_id and i.year = k.year",
    "update person q set household_id = b.household_id, village_id = b.village_id, present = b.present, name = b.name,
         pinyin = b.pinyin, initials = b.initials, phone_index = b.phone_index
     from registry_import_before k cross join lateral jsonb_populate_record(null::person, k.before) b
     where k.registry_import_id = $1 and k.kind = 'person' and $2 <> '' and q.person_id = k.subject_id",
    "update household h set village_id = b.village_id, phone_index = b.phone_index, head_id = b.head_id
     from registry_import_before k cross join lateral jsonb_populate_record(null::household, k.before) b
     where k.registry_import_id = $1 and k.kind = 'household' and $2 <> '' and h.household_id = k.subject_id",
    "delete from income where origin_id = $1 and $2 <> ''",
    "delete from person_year where origin_id = $1 and $2 <> ''",
    "delete from household_year where origin_id = $1 and $2 <> ''",
    "with voided as (
         update household set voided_at = clock_now(), void_reason = $2, head_id = null
         where origin_id = $1 and voided_at is null)
     update person set voided_at = clock_now(), void_reason = $2, present = false
     where origin_id = $1 and voided_at is null",
];
