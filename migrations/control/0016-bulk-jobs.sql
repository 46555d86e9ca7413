-- What is done to very many at once, step by step: verbs of the queue, and of the quarantine. A job that was not ended
-- goes on after a restart. Retention: who did what to how many, by `retention.records`; addresses that somebody searched
-- for are here only while the job runs.

create table bulk_job (
  id text primary key,
  -- queue, quarantine
  part text not null,
  verb text not null,
  -- Whose things alone are meant; null: those of several.
  customer text,
  who text not null,
  reason text,
  began_at integer not null,
  ended_at integer,
  -- running, done, stopped, failed
  state text not null,
  -- JSON: the query, and what else the verb needs.
  what text not null,
  -- Counted before it began: recipients in the queue, messages in quarantine; total_more: there were more.
  total integer not null,
  total_more integer not null,
  changed integer not null,
  skipped integer not null,
  -- Where the next step begins.
  place text,
  fault text
) strict, without rowid;
create index bulk_job_by_time on bulk_job (part, began_at);
create index bulk_job_by_end on bulk_job (ended_at);
