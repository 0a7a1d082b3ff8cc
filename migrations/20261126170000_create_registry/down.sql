drop view v_registry_todo;
drop table sighting, onlooker, registry_policy, household_change, income, household_event, person_year, household_year;
alter table household drop constraint household_head;
drop table person, household, origin, income_line, code_gap, dictionary_code, dictionary, registry_catalog;
