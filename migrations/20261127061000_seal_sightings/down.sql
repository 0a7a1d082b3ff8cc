drop index sighting_at;
drop table sighting_seal;
