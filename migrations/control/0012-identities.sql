-- Senders of customers that are slowed or locked, and those that are known to do unusual things.
-- Retention: both hold addresses of people; a limit goes when it ends, a tolerance at its date, both with their customer.

create table identity_limit (
  customer text not null,
  -- IdentityKind (mail/identities/identity.ts).
  kind text not null check (kind in ('sender', 'from', 'login', 'source')),
  -- As it compares: lower case, composed.
  name text not null,
  level text not null check (level in ('slowed', 'locked')),
  since integer not null,
  -- Milliseconds since 1970; null: slowed until it is calm, locked until a person has looked.
  until integer,
  -- Of what is slowed: recipients a minute.
  per_minute integer,
  -- JSON list of signs.
  signs text not null,
  by text not null,
  -- For people; what a person said.
  reason text not null,
  primary key (customer, name, kind)
) strict, without rowid;
create index identity_limit_by_since on identity_limit (since, customer, name, kind);

create table identity_tolerance (
  customer text not null,
  kind text not null check (kind in ('sender', 'from', 'login', 'source')),
  name text not null,
  until integer not null,
  made_at integer not null,
  made_by text not null,
  reason text not null,
  primary key (customer, name, kind)
) strict, without rowid;
create index identity_tolerance_by_until on identity_tolerance (until);
