-- Who may send what: set by `apply`, read into the directory. Lists that belong to one object alone are JSON.

create table pool (
  name text primary key,
  addresses text not null
) strict, without rowid;

create table customer (
  id text primary key,
  name text not null,
  state text not null check (state in ('verifying', 'live', 'suspended', 'deactivated')),
  settings text not null,
  pools text not null,
  streams text not null,
  mailhosts text not null
) strict, without rowid;

-- `reversed` is the name with its labels turned round ("lu.example.mail"): names below a domain are a range of it.
create table domain (
  name text primary key,
  reversed text not null,
  customer text not null,
  outbound integer not null,
  inbound integer not null,
  subdomains integer not null,
  verified integer not null,
  -- Whose word the proof is: the operator's (`apply`), or what the checks saw in DNS.
  verified_by text check (verified_by in ('operator', 'checks')),
  dkim text,
  -- 1: keys that the domain should have may be missing.
  dkim_todo integer not null default 0
) strict, without rowid;
create index domain_by_reversed on domain (reversed);
create index domain_by_customer on domain (customer);
create index domain_by_dkim_todo on domain (name) where dkim_todo = 1;

-- DKIM keys. `sealed` is the private key under the master key `master`; both go when the key is retired. The id is never
-- used again: threads keep keys by it.
create table dkim_key (
  id integer primary key autoincrement,
  domain text not null,
  selector text not null,
  stream text not null,
  algorithm text not null check (algorithm in ('rsa', 'ed25519')),
  state text not null check (state in ('waiting', 'active', 'retiring', 'retired')),
  public_key text not null,
  sealed blob,
  master text,
  made_at integer not null,
  active_at integer,
  -- Of a retiring key: until then its record has to stay published.
  until integer,
  -- When DNS is looked at next, when it was looked at last, and what was wrong there.
  check_at integer,
  checked_at integer,
  fault text,
  unique (domain, selector)
) strict;
create index dkim_key_by_check on dkim_key (check_at) where check_at is not null;
create index dkim_key_by_until on dkim_key (until) where state = 'retiring';
create index dkim_key_by_master on dkim_key (master) where master is not null;

-- `first` is the family and the first address as octets: networks inside another are a range of it.
create table source (
  first blob not null,
  prefix integer not null,
  customer text not null,
  network text not null,
  shared text,
  primary key (first, prefix, customer)
) strict, without rowid;
create index source_by_customer on source (customer);

create table sending_grant (
  customer text not null,
  domain text not null,
  stream text not null,
  proof text not null,
  primary key (customer, domain)
) strict, without rowid;

create table login (
  name text primary key,
  customer text not null,
  scram text not null
) strict, without rowid;
create index login_by_customer on login (customer);

-- Client certificates that stand for a customer, by fingerprint, public key or name.
create table certificate (
  key text primary key,
  customer text not null
) strict, without rowid;
create index certificate_by_customer on certificate (customer);

-- A customer's list of recipients, for those that are checked against one.
create table recipient (
  customer text not null,
  address text not null,
  primary key (customer, address)
) strict, without rowid;

-- Addresses that a customer's mail is not sent to. Kept when a customer goes: one that comes back finds them again.
create table suppression (
  customer text not null,
  address text not null,
  domain text not null,
  reason text not null check (reason in ('invalid_address', 'complaint', 'manual')),
  evidence text not null,
  at integer not null,
  by text not null,
  primary key (customer, address)
) strict, without rowid;
create index suppression_by_address on suppression (address);
-- A million entries are listed page by page, in the order of customer and address.
create index suppression_by_domain on suppression (domain, customer, address);
create index suppression_by_reason on suppression (reason, customer, address);
