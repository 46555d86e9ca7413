-- How much mail went where, by hour: counts that are kept, so that nobody has to count ten million events. No addresses.

create table about (
  name text primary key,           -- `begun` (milliseconds since 1970); `recounting`, while days are counted anew
  value text not null
) strict, without rowid;

-- How far each queue's outbox has been counted; in the transaction of the counts, so that a repeat is known.
create table applied (
  source text primary key,
  seq integer not null
) strict, without rowid;

-- What happened in an hour. The customer is '' for all together, what is nobody's (refused connections) included.
create table hour (
  customer text not null,
  at integer not null,             -- beginning of the hour, milliseconds since 1970
  direction text not null,         -- inbound, outbound, '' where it is not known
  messages integer not null,       -- accepted
  recipients integer not null,     -- of these
  octets integer not null,         -- of these messages
  delivered integer not null,      -- recipients
  deferred integer not null,       -- attempts that failed for now
  bounced integer not null,
  expired integer not null,
  suppressed integer not null,
  removed integer not null,
  held integer not null,
  quarantined integer not null,    -- messages
  rejected integer not null,       -- transactions or connections
  complained integer not null,
  late_bounces integer not null,   -- bounces that came after the end
  within_1s integer not null,      -- delivered so long after they were accepted
  within_5s integer not null,
  within_30s integer not null,
  within_2m integer not null,
  within_10m integer not null,
  within_1h integer not null,
  within_6h integer not null,
  later integer not null,
  primary key (customer, at, direction)
) strict, without rowid;

-- Of bounces (and expired) the class, of refusals the name of the reply.
create table detail (
  customer text not null,
  at integer not null,
  direction text not null,
  kind text not null,              -- bounce, refusal
  name text not null,
  count integer not null,
  primary key (customer, at, direction, kind, name)
) strict, without rowid;

-- Domains of recipients, by UTC day; past a bound all others together, as ''.
create table domain (
  customer text not null,
  at integer not null,             -- beginning of the day
  domain text not null,
  recipients integer not null,     -- accepted
  delivered integer not null,
  deferred integer not null,
  bounced integer not null,
  primary key (customer, at, domain)
) strict, without rowid;
