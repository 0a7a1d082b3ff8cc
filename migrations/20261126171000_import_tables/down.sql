drop index household_origin, person_year_origin;
drop table registry_import_before, registry_import_fault, registry_import;
