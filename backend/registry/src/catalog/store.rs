//! The SQL of the catalogue.

use std::collections::BTreeMap;

use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{BigInt, Integer, Jsonb, Nullable, SmallInt, Text},
};
use diesel_async::RunQueryDsl;
use fupin_contract::registry::catalog::{Catalog, Code, Dictionary, ForeignCode};
use fupin_kernel::{Error, Result, Tx};
use serde_json::{Value, json};

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

pub async fn find_version(tx: &mut Tx) -> Result<Option<i64>> {
    let row: Option<VersionRow> =
        sql_query("select version from registry_catalog").get_result(tx.conn()?).await.optional()?;
    Ok(row.map(|row| row.version))
}

#[derive(QueryableByName)]
struct CatalogRow {
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Text)]
    content: String,
}

#[derive(QueryableByName)]
struct CodeRow {
    #[diesel(sql_type = Text)]
    dictionary: String,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    standard: String,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = SmallInt)]
    since: i16,
    #[diesel(sql_type = Nullable<SmallInt>)]
    until: Option<i16>,
    #[diesel(sql_type = Text)]
    label: String,
    #[diesel(sql_type = Jsonb)]
    synonyms: Value,
    #[diesel(sql_type = Nullable<Text>)]
    means: Option<String>,
    #[diesel(sql_type = Jsonb)]
    traits: Value,
}

pub async fn read_catalog(tx: &mut Tx) -> Result<Catalog> {
    let row: CatalogRow = sql_query("select version, content from registry_catalog").get_result(tx.conn()?).await?;
    let mut catalog: Catalog = serde_json::from_str(&row.content)?;
    catalog.version = row.version;
    let codes: Vec<CodeRow> = sql_query(
        "select d.dictionary, d.title, d.standard, c.source, c.code, c.since, c.until, c.label,
             to_jsonb(c.synonyms) as synonyms, c.means, c.traits
         from dictionary d join dictionary_code c using (dictionary)
         order by d.dictionary, c.source, c.place, c.since",
    )
    .load(tx.conn()?)
    .await?;
    let mut dictionaries: BTreeMap<String, Dictionary> = BTreeMap::new();
    for row in codes {
        let dictionary = dictionaries.entry(row.dictionary.clone()).or_insert_with(|| Dictionary {
            name: row.dictionary.clone(),
            title: row.title.clone(),
            standard: row.standard.clone(),
            codes: Vec::new(),
            foreign: Vec::new(),
        });
        match row.means {
            Some(means) => dictionary.foreign.push(ForeignCode {
                source: row.source,
                year: row.since,
                code: row.code,
                label: row.label,
                means,
            }),
            None => dictionary.codes.push(Code {
                code: row.code,
                label: row.label,
                synonyms: serde_json::from_value(row.synonyms)?,
                since: Some(row.since).filter(|since| *since > 0),
                until: row.until,
                traits: serde_json::from_value(row.traits)?,
            }),
        }
    }
    catalog.dictionaries = dictionaries.into_values().collect();
    Ok(catalog)
}

/// Fields, tables and income items as they stand; the lists lie in tables of their own.
pub async fn save_catalog(tx: &mut Tx, catalog: &Catalog) -> Result<()> {
    let content = Catalog { dictionaries: Vec::new(), version: 0, ..catalog.clone() };
    sql_query(
        "insert into registry_catalog (content, version) values ($1, $2)
         on conflict (singleton) do update set content = excluded.content, version = excluded.version",
    )
    .bind::<Text, _>(serde_json::to_string(&content)?)
    .bind::<BigInt, _>(another_version())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Somebody added to the lists: whoever keeps the catalogue reads it again.
pub async fn touch_catalog(tx: &mut Tx) -> Result<()> {
    sql_query("update registry_catalog set version = $1")
        .bind::<BigInt, _>(another_version())
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// No two catalogues of any database share one, so that what a process keeps of one is never taken for another's. A
/// browser's numbers are exact to 2^53.
fn another_version() -> i64 {
    rand::random_range(1..1 << 53)
}

/// Put the lists in as the folder has them; codes of other systems that somebody added stay.
pub async fn save_dictionaries(tx: &mut Tx, dictionaries: &[Dictionary]) -> Result<()> {
    let lists: Vec<Value> = dictionaries
        .iter()
        .map(|list| json!({"dictionary": list.name, "title": list.title, "standard": list.standard}))
        .collect();
    sql_query(
        "insert into dictionary (dictionary, title, standard)
         select dictionary, title, standard
         from jsonb_to_recordset($1) as l(dictionary text, title text, standard text)
         on conflict (dictionary) do update set title = excluded.title, standard = excluded.standard",
    )
    .bind::<Jsonb, _>(Value::Array(lists))
    .execute(tx.conn()?)
    .await?;
    sql_query("delete from dictionary_code where means is null").execute(tx.conn()?).await?;
    let mut rows = Vec::new();
    for list in dictionaries {
        for (place, code) in list.codes.iter().enumerate() {
            rows.push(json!({
                "dictionary": list.name, "source": "", "code": code.code, "since": code.since.unwrap_or(0),
                "until": code.until, "label": code.label, "synonyms": code.synonyms, "means": null,
                "traits": serde_json::to_value(&code.traits)?, "place": place,
            }));
        }
        for (place, code) in list.foreign.iter().enumerate() {
            rows.push(json!({
                "dictionary": list.name, "source": code.source, "code": code.code, "since": code.year,
                "until": null, "label": code.label, "synonyms": [], "means": code.means, "traits": {},
                "place": place,
            }));
        }
    }
    insert_codes(tx, rows).await
}

async fn insert_codes(tx: &mut Tx, rows: Vec<Value>) -> Result<()> {
    sql_query(
        "insert into dictionary_code (dictionary, source, code, since, until, label, synonyms, means, traits, place)
         select dictionary, source, code, since, until, label, synonyms, means, traits, place
         from jsonb_to_recordset($1) as c(dictionary text, source text, code text, since smallint, until smallint,
             label text, synonyms text[], means text, traits jsonb, place integer)
         on conflict (dictionary, source, code, since) do update
             set until = excluded.until, label = excluded.label, means = excluded.means, place = excluded.place",
    )
    .bind::<Jsonb, _>(Value::Array(rows))
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// What a code of another system means from a year on.
pub async fn insert_foreign(tx: &mut Tx, dictionary: &str, code: &ForeignCode) -> Result<()> {
    let done = sql_query(
        "insert into dictionary_code (dictionary, source, code, since, label, means, place)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (dictionary, source, code, since) do update set means = excluded.means",
    )
    .bind::<Text, _>(dictionary)
    .bind::<Text, _>(&code.source)
    .bind::<Text, _>(&code.code)
    .bind::<SmallInt, _>(code.year)
    .bind::<Text, _>(&code.label)
    .bind::<Text, _>(&code.means)
    .bind::<Integer, _>(i32::MAX)
    .execute(tx.conn()?)
    .await?;
    if done == 1 { Ok(()) } else { Err(Error::internal("a code was not kept")) }
}
