-- Protection: settings, rules of the content filter, lists of senders. `customer` is empty for the operator's, which hold
-- for everybody.
-- Retention: `protection_sender` holds addresses of people outside (or domains), who put them there, and perhaps of the
-- person that it is for; an entry goes when it is taken off, when its time is over (`until`), and with its customer.
-- Rules may name addresses; they go by hand, and with their customer.

-- What differs from what is inherited, one row a scope.
create table protection_settings (
  customer text not null,
  direction text not null check (direction in ('inbound', 'outbound')),
  -- Empty: all streams.
  stream text not null,
  -- JSON object of ProtectionOverrides.
  overrides text not null,
  -- Counts changes, for ETags; a scope that inherits everything again keeps its row, so that no number comes twice.
  version integer not null,
  changed_at integer not null,
  changed_by text not null,
  primary key (customer, direction, stream)
) strict, without rowid;

create table protection_rule (
  id text primary key,
  customer text not null,
  -- From 1 without gaps, within the rules of one customer.
  position integer not null,
  name text not null,
  enabled integer not null,
  -- JSON lists of Condition and Action.
  conditions text not null,
  actions text not null,
  last integer not null,
  -- The ready-made set that it came from; null: made by hand.
  made_from text,
  version integer not null,
  made_at integer not null,
  changed_at integer not null,
  changed_by text not null
) strict, without rowid;
create index protection_rule_by_place on protection_rule (customer, position, id);

-- Senders whose mail is never spam, or is never taken.
create table protection_sender (
  id text primary key,
  customer text not null,
  direction text not null check (direction in ('inbound', 'outbound')),
  list text not null check (list in ('allow', 'block')),
  -- An address in lower case, `@domain`, or `@.domain` for a domain and all below.
  sender text not null,
  -- For this recipient alone; empty: for all.
  recipient text not null,
  -- For people.
  note text not null,
  made_at integer not null,
  made_by text not null,
  -- Milliseconds since 1970; null: until it is taken off.
  until integer
) strict, without rowid;
create unique index protection_sender_by_name on protection_sender (customer, direction, recipient, sender);
create index protection_sender_by_until on protection_sender (until) where until is not null;
