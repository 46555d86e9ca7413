-- What was not looked at yet is found by itself, however much there is beside it.

create index check_subject_not_looked_at on check_subject (kind, customer, object) where looked_at is null;
