-- Looks that are over are sealed hour by hour, so that one that is changed, removed or slipped in is noticed.

create table sighting_seal (
    -- The hour's beginning.
    hour timestamptz primary key,
    looks bigint not null check (looks >= 0),
    -- Over the hour's looks and the seal before.
    mac bytea not null check (length(mac) = 32),
    sealed_at timestamptz not null
);
comment on table sighting_seal is 'registry: what the looks of an hour were when it was over; never changed, never deleted';

-- Looks come in the order of time.
create index sighting_at on sighting using brin (at);

grant select, insert on sighting_seal to fupin_app;
