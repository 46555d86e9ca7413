-- Who may send what: set by `apply`, read into the directory. Lists that belong to one object alone are JSON.

create table pool (
  name text primary key,
  addresses text not null
) strict, without rowid;

create table customer (
  id text primary key,
  name text not null,
  state text not null check (state in ('live', 'suspended', 'deactivated')),
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
  verified integer not null
) strict, without rowid;
create index domain_by_reversed on domain (reversed);
create index domain_by_customer on domain (customer);

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

-- Every change: who, when, what, before and after. No passwords, no keys.
create table audit (
  id integer primary key,
  at integer not null,
  who text not null,
  action text not null,
  object text not null,
  before text,
  after text
) strict;

-- Answers to requests with an Idempotency-Key, so that a repeated request gets the first answer.
create table idempotency_key (
  key text primary key,
  request text not null,
  at integer not null,
  status integer not null,
  body text not null
) strict, without rowid;
create index idempotency_key_by_time on idempotency_key (at);
