drop index person_likeness;
drop table duplicate;
