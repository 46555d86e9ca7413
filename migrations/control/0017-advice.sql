-- What to change is kept in parts besides: which sentence it is and its values, so that it can be said in other languages.
-- retention: as what it stands with; names of domains and hosts, no persons.

alter table check_result add column code text;
alter table check_result add column code_values text;
