-- What happened, and answers that are kept.

-- Every change: who, from where, when, what, before and after, in a chain: `hash` covers the row and the hash before it,
-- so that no row can be changed, taken out or put in without being found. No passwords, no keys.
create table audit (
  id integer primary key,
  at integer not null,
  who text not null,
  -- Address that the request came from; null on the socket of the data folder, and for what the relay does itself.
  "from" text,
  action text not null,
  object text not null,
  -- Whose change it is; null: the operator's own.
  customer text,
  reason text,
  before text,
  after text,
  hash blob not null
) strict;
create index audit_by_object on audit (object, id);
create index audit_by_customer on audit (customer, id) where customer is not null;

-- Events of the control plane (`customer.activated`, `domain.status_changed` …), for webhooks; written in the transaction of what they tell.
create table control_event (
  seq integer primary key autoincrement,
  id text not null unique,
  type text not null,
  at integer not null,
  customer text,
  data text not null
) strict;
create index control_event_by_time on control_event (at);

-- Answers to requests with an Idempotency-Key, so that a repeated request gets the first answer. A key is `who`'s own.
-- Status 0: begun, and no answer yet. Answers are sealed under the master key; they may hold what is shown only once.
-- retention: a day.
create table idempotency_key (
  who text not null,
  key text not null,
  request text not null,
  at integer not null,
  status integer not null,
  answer blob,
  primary key (who, key)
) strict, without rowid;
create index idempotency_key_by_time on idempotency_key (at);
