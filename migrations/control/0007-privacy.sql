-- Privacy: what people asked for, what was erased, and what the two jobs of the retention found.

-- A request of a customer for export or erasure of what is kept about an address.
-- retention: `retention.records` after its end. The address of an erasure is forgotten once that is done.
create table privacy_request (
  id text primary key,
  customer text not null,
  kind text not null check (kind in ('export', 'erasure')),
  -- Null once it was erased: only its mark is left.
  address text,
  mark text not null,
  reason text not null,
  -- Of an erasure: whether a suppression of the address goes too.
  suppression text not null check (suppression in ('keep', 'erase')),
  -- Who is told when it is done.
  tell text,
  language text not null,
  -- open, running, waiting (messages of it are still in the queue), completed, failed.
  state text not null check (state in ('open', 'running', 'waiting', 'completed', 'failed')),
  who text not null,
  asked_at integer not null,
  completed_at integer,
  -- JSON: how many of what kind were found, or erased.
  found text,
  -- Of an export: until then its result can be fetched.
  expires_at integer,
  fault text
) strict;
create index privacy_request_by_customer on privacy_request (customer, asked_at, id);
create index privacy_request_by_time on privacy_request (asked_at, id);
create index privacy_request_unfinished on privacy_request (asked_at) where state not in ('completed', 'failed');

-- Messages of an erased address that were still in the queue: their later events are erased once they are final. Ids only.
create table privacy_waiting (
  request text not null,
  message text not null,
  primary key (request, message)
) strict, without rowid;

-- What was erased: replayed after a restore, for the copy may be older. No address: `hash` is keyed.
-- retention: as long as a backup may be older than the entry, and `retention.records` at least.
create table privacy_erasure (
  seq integer primary key autoincrement,
  hash text not null,
  customer text not null,
  at integer not null,
  request text not null,
  suppression text not null check (suppression in ('keep', 'erase'))
) strict;
create index privacy_erasure_by_time on privacy_erasure (at);

-- The key of marks and hashes, sealed under the master key; one row.
create table privacy_key (
  one integer primary key check (one = 1),
  sealed blob not null
) strict;

-- Runs of the retention (`drop`) and of the job that looks whether anything is left (`look`), as evidence. No personal data.
create table retention_run (
  id integer primary key autoincrement,
  job text not null check (job in ('drop', 'look')),
  at integer not null,
  -- JSON
  result text not null
) strict;
create index retention_run_by_job on retention_run (job, id);
create index retention_run_by_time on retention_run (at);

-- Who read content of messages, for their customer to see.
create index audit_of_content on audit (customer, id) where action = 'content_read';
