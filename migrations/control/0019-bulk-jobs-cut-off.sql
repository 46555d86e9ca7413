-- Whether a job was cut off in the middle, by a power cut or a kill: it goes on, and its counts lack what it did last.

-- 1: it waits for the next start, and all that it did is counted.
alter table bulk_job add column at_rest integer not null default 0;
alter table bulk_job add column cut_off integer not null default 0;
