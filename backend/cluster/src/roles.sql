-- The three roles of the platform, in the database that this is run in. Run by the server when DATABASE_URL may create
-- roles; else run it once as an administrator:
--
--   createdb fupin && psql -d fupin -f backend/cluster/src/roles.sql
--   psql -d fupin -c '\password fupin_owner' -c '\password fupin_app' -c '\password fupin_worker'
--
-- and give the server the three addresses. Running it again changes nothing.
--
-- fupin_owner  owns the database and its tables and runs migrations; used at start only
-- fupin_app    serves requests: no DDL, not even temporary tables; each migration grants what it may do
-- fupin_worker owns the schema graphile_worker and runs the jobs' bookkeeping
do $$
declare
    role text;
    has_power boolean := (select rolsuper from pg_roles where rolname = current_user);
begin
    foreach role in array array['fupin_owner', 'fupin_app', 'fupin_worker'] loop
        if not exists (select from pg_roles where rolname = role) then
            execute format('create role %I login', role);
        end if;
        -- An administrator who is no superuser can hand over only to roles that he is a member of.
        if not has_power and current_user <> role and not pg_has_role(current_user, role, 'member') then
            execute format('grant %I to %I', role, current_user);
        end if;
    end loop;
    -- Migrations define functions that enqueue jobs, which must belong to the jobs' owner.
    if not pg_has_role('fupin_owner', 'fupin_worker', 'member') then
        grant fupin_worker to fupin_owner;
    end if;
    execute format('alter database %I owner to fupin_owner', current_database());
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to fupin_app, fupin_worker', current_database());
    -- The jobs' library creates its schema with "if not exists", which needs the right even when the schema is there.
    execute format('grant create on database %I to fupin_worker', current_database());
    revoke create on schema public from public;
    if not exists (select from pg_namespace where nspname = 'graphile_worker') then
        create schema graphile_worker authorization fupin_worker;
    end if;
end
$$;
