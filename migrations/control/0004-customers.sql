-- Customers from the order to the removal. The mail path knows nothing of these tables: once an entry is approved its
-- rows stand in `customer`, `domain`, `source` (0001), and stay equal to what stands here.
-- retention: names, addresses and telephone numbers of contacts and administrators (account, entry), kept until the
-- customer is removed; who did what (transition, suspension, touch), by the retention of removed customers.

create table account (
  id text primary key,
  name text not null,
  -- Language of notices and of the link's page.
  language text not null,
  stage text not null check (stage in ('registered', 'invited', 'submitted', 'approved', 'verifying', 'live', 'notice', 'deactivated', 'removed')),
  stage_at integer not null,
  registered_at integer not null,
  -- Number of suspensions that stand.
  holds integer not null default 0,
  portal text not null default 'none' check (portal in ('none', 'requested', 'approved')),
  -- JSON: pools in order (until the customer's own row stands), and people.
  pools text not null,
  contacts text not null,
  -- JSON list of who approved the entry as it was submitted, and when.
  approvals text not null default '[]',
  -- The first domain of the order.
  domain text,
  -- The way through the relay is tried out with these; JSON of CustomerTest, and of how far it came.
  test text,
  -- Counts changes of the account and of what is the customer's.
  version integer not null default 1
) strict, without rowid;
create index account_by_stage on account (stage, id);
create index account_by_domain on account (domain) where domain is not null;
create index account_by_holds on account (id) where holds > 0;

-- Each change of stage.
create table transition (
  seq integer primary key autoincrement,
  customer text not null,
  -- Null: the customer came.
  "from" text,
  "to" text not null,
  at integer not null,
  who text not null,
  why text
) strict;
create index transition_by_customer on transition (customer, seq);
create index transition_by_time on transition (at);

-- When a side was at work for a customer: acts less than a quarter of an hour apart are one stretch.
create table touch (
  customer text not null,
  side text not null check (side in ('operator', 'customer')),
  since integer not null,
  until integer not null,
  primary key (customer, side, since)
) strict, without rowid;

-- A change is a version of its own that both sides agreed to; versions are never changed.
create table contract (
  customer text not null,
  version integer not null,
  number text not null,
  sla text not null,
  starts text not null,
  agreed text,
  note text,
  at integer not null,
  by text not null,
  primary key (customer, version)
) strict, without rowid;

create table subscription (
  id integer primary key autoincrement,
  customer text not null,
  -- 'easymail', or what else the operator sells.
  kind text not null,
  reference text not null,
  since text not null,
  -- The first day without it.
  until text
) strict;
create index subscription_by_customer on subscription (customer, id);
create index subscription_by_until on subscription (until) where until is not null;

-- Links that open a few operations without an account. Only the SHA-256 of the token is kept.
create table link (
  id text primary key,
  customer text not null,
  kind text not null check (kind in ('onboarding', 'records')),
  hash blob not null unique,
  made_at integer not null,
  made_by text not null,
  expires_at integer not null,
  revoked_at integer,
  revoked_by text,
  used_at integer
) strict, without rowid;
create index link_by_customer on link (customer, made_at);
create index link_by_expiry on link (expires_at);

-- What the customer, or the operator for it, has entered so far: JSON of Entry. Secrets in it are hashes already.
create table entry (
  customer text primary key,
  content text not null,
  version integer not null,
  changed_at integer not null,
  changed_by text not null,
  submitted_at integer,
  submitted_by text
) strict, without rowid;

-- The operator's acts against abuse. Several may stand side by side; each is lifted alone.
create table suspension (
  id integer primary key autoincrement,
  customer text not null,
  reason text not null,
  at integer not null,
  by text not null,
  lifted_at integer,
  lifted_by text,
  lift_reason text
) strict;
create index suspension_by_customer on suspension (customer, id);
create index suspension_standing on suspension (customer) where lifted_at is null;

-- Sources that a live customer has added, until the operator says yes.
create table waiting_source (
  customer text not null,
  network text not null,
  -- JSON of SharedProof.
  shared text,
  at integer not null,
  by text not null,
  primary key (customer, network)
) strict, without rowid;

-- Customers that were there before.
insert into account (id, name, language, stage, stage_at, registered_at, pools, contacts)
select id, name, 'en', case state when 'deactivated' then 'deactivated' else 'live' end,
  cast(unixepoch('subsec') * 1000 as integer), cast(unixepoch('subsec') * 1000 as integer), pools, '[]' from customer;
insert into transition (customer, "to", at, who, why)
select id, stage, stage_at, 'easymail', 'was there before customers had stages' from account;
