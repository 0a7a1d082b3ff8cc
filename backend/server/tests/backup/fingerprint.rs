//! All that a database holds, in a form that can be held against another: content, counters, rights.

use std::collections::BTreeMap;

use tokio_postgres::Client;

/// What is the same before a backup and after its restore.
#[derive(Debug, PartialEq)]
pub struct Fingerprint {
    /// Digest of the ordered rows of each table.
    tables: BTreeMap<String, String>,
    sequences: BTreeMap<String, String>,
    /// Who owns what, and who may do what with it.
    rights: BTreeMap<String, String>,
    /// Functions and views as they are defined.
    code: BTreeMap<String, String>,
}

/// What a backup and a restore themselves change: each leaves its row, and ticks get a new base.
const LEFT_OUT: [&str; 1] = ["public.audit_base"];

impl Fingerprint {
    pub async fn take(client: &Client) -> Self {
        let tables = "select format('%I.%I', schemaname, tablename), '' from pg_tables
            where schemaname not in ('pg_catalog', 'information_schema')";
        let mut digests = BTreeMap::new();
        for table in pairs(client, tables).await.into_keys().filter(|table| !LEFT_OUT.contains(&table.as_str())) {
            let kept = if table == "public.audit_row" { "where event <> 'ops.restored'" } else { "" };
            let digest = format!(
                "select '', count(*) || ':' || md5(coalesce(string_agg(line, '\n' order by line), ''))
                 from (select t::text as line from {table} t {kept}) rows"
            );
            digests.insert(table, pairs(client, &digest).await.into_values().next().unwrap());
        }
        let sequences = "select format('%I.%I', schemaname, sequencename), coalesce(last_value::text, '-')
            from pg_sequences";
        let rights = "
            select format('%s %I.%I', c.relkind, n.nspname, c.relname),
                c.relowner::regrole || ' ' || coalesce((select string_agg(a::text, ',' order by a::text)
                    from unnest(c.relacl) a), '')
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and c.relkind in ('r', 'v', 'S', 'p')
            union all
            select 'schema ' || nspname, nspowner::regrole || ' ' || coalesce((select string_agg(a::text, ',' order by a::text)
                from unnest(nspacl) a), '')
            from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
            union all
            select 'function ' || p.oid::regprocedure, p.proowner::regrole || ' ' || p.prosecdef || ' ' ||
                coalesce((select string_agg(a::text, ',' order by a::text) from unnest(p.proacl) a), '')
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname not in ('pg_catalog', 'information_schema')";
        let code = "
            select 'function ' || p.oid::regprocedure, md5(pg_get_functiondef(p.oid))
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname not in ('pg_catalog', 'information_schema') and p.prokind = 'f'
            union all
            select format('view %I.%I', schemaname, viewname), md5(definition) from pg_views
            where schemaname not in ('pg_catalog', 'information_schema')
            union all
            select format('index %I.%I', schemaname, indexname), md5(indexdef) from pg_indexes
            where schemaname not in ('pg_catalog', 'information_schema')
            union all
            select format('rule %s %I', conrelid::regclass, conname), md5(pg_get_constraintdef(oid)) from pg_constraint
            where conrelid <> 0";
        Self {
            tables: digests,
            sequences: pairs(client, sequences).await,
            rights: pairs(client, rights).await,
            code: pairs(client, code).await,
        }
    }

    /// Names what differs.
    pub fn assert_same(&self, other: &Self) {
        for (mine, theirs) in [
            (&self.tables, &other.tables),
            (&self.sequences, &other.sequences),
            (&self.rights, &other.rights),
            (&self.code, &other.code),
        ] {
            assert!(!mine.is_empty());
            let differs = mine.keys().chain(theirs.keys()).find(|name| mine.get(*name) != theirs.get(*name));
            let differs = differs.map(|name| (name, mine.get(name), theirs.get(name)));
            assert_eq!(differs, None, "it was not brought back as it was");
        }
    }
}

async fn pairs(client: &Client, query: &str) -> BTreeMap<String, String> {
    let rows = client.query(query, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}
