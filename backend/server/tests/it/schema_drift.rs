//! What diesel believes of the tables is what the migrations made.

use std::collections::BTreeMap;

use fupin_testing::TestDb;

use crate::sources::read;

type Columns = Vec<(String, String)>;

/// `table! { account (account_id) { account_id -> Uuid, … } }`, with the database's names of types.
fn believed() -> BTreeMap<String, Columns> {
    let mut tables: BTreeMap<String, Columns> = BTreeMap::new();
    let mut table = String::new();
    for line in read("backend/schema/src/lib.rs").lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix(") {").and_then(|head| head.split_once(" (")) {
            name.clone_into(&mut table);
        } else if let Some((column, kind)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            tables.entry(table.clone()).or_default().push((column.to_owned(), type_name(kind)));
        }
    }
    tables
}

fn type_name(kind: &str) -> String {
    if let Some(inner) = kind.strip_prefix("Nullable<").and_then(|rest| rest.strip_suffix('>')) {
        return format!("{}?", type_name(inner));
    }
    if let Some(inner) = kind.strip_prefix("Array<").and_then(|rest| rest.strip_suffix('>')) {
        return format!("_{}", type_name(inner));
    }
    kind.to_lowercase()
}

async fn migrated() -> BTreeMap<String, (bool, Columns)> {
    let db = TestDb::create().await;
    let (client, connection) = tokio_postgres::connect(&db.admin_url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let query = "select c.relname::text, c.relkind = 'v', a.attname::text, t.typname::text, a.attnotnull
        from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') and a.attnum > 0
            and not a.attisdropped
        order by c.relname, a.attnum";
    let mut tables: BTreeMap<String, (bool, Columns)> = BTreeMap::new();
    for row in client.query(query, &[]).await.unwrap() {
        let (table, view, column, kind, filled): (String, bool, String, String, bool) =
            (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4));
        // The database does not say of a view which of its columns are always there.
        let kind = if filled || view { kind } else { format!("{kind}?") };
        let columns = &mut tables.entry(table).or_insert((view, Vec::new())).1;
        columns.push((column, kind));
    }
    tables
}

#[tokio::test]
async fn the_schema_names_the_columns_that_the_migrated_database_has() {
    let (believed, migrated) = (believed(), migrated().await);
    assert!(believed.len() >= 5, "the schema could not be read: {believed:?}");
    for (table, columns) in &believed {
        let Some((view, found)) = migrated.get(table) else { panic!("there is no table {table}") };
        let plain = |columns: &Columns| -> Columns {
            let mut columns: Columns = columns
                .iter()
                .map(|(name, kind)| {
                    (name.clone(), if *view { kind.trim_end_matches('?').to_owned() } else { kind.clone() })
                })
                .collect();
            columns.sort();
            columns
        };
        assert_eq!(plain(columns), plain(found), "{table}");
    }
}
