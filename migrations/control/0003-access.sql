-- Who may sign in, how, and with which keys. Secrets are kept as hashes; what has to be read again (the secret of TOTP) is
-- sealed under the master key.
--
-- retention: `person` and `passkey` hold names, addresses of people and keys of their devices until the person is removed.
-- `session` (address, program) goes at its end, `device` a year after its last use, `login_history` (address, program,
-- time) after retention.records, `access_token` when it expires. `api_key` holds the address and time of its last use;
-- the row goes retention.records after the key was revoked or expired.

create table person (
  id text primary key,
  -- The e-mail address, in lower case: what people sign in with.
  name text not null unique,
  -- The same as it was given: where mail goes.
  email text not null,
  display_name text not null,
  language text not null check (language in ('en', 'de', 'fr')),
  role text not null,
  -- Null: of the operator's side.
  customer text,
  state text not null check (state in ('invited', 'active', 'disabled')),
  -- argon2id with its parameters and salt; null until the invitation is taken.
  password text,
  password_at integer,
  -- The sealed secret, the master key it is sealed under, and the last time step whose code was used: each works once.
  totp blob,
  totp_master text,
  totp_at integer,
  totp_step integer not null default 0,
  made_at integer not null,
  made_by text not null,
  last_login_at integer,
  version integer not null default 1
) strict, without rowid;
create index person_by_customer on person (customer, name) where customer is not null;
create index person_by_role on person (role, name);
create index person_by_totp_master on person (totp_master) where totp_master is not null;

create table passkey (
  -- Id of the credential, base64url.
  id text primary key,
  person text not null,
  -- COSE.
  public_key blob not null,
  counter integer not null,
  -- JSON list.
  transports text not null,
  name text not null,
  made_at integer not null,
  last_used_at integer
) strict, without rowid;
create index passkey_by_person on passkey (person);

create table recovery_code (
  person text not null,
  hash blob not null,
  primary key (person, hash)
) strict, without rowid;

create table session (
  id text primary key,
  token_hash blob not null unique,
  person text not null,
  made_at integer not null,
  -- Whatever happens, it ends then.
  expires_at integer not null,
  last_used_at integer not null,
  last_from text,
  -- What the client calls itself.
  agent text,
  stepped_up_until integer not null
) strict, without rowid;
create index session_by_person on session (person, last_used_at);
create index session_by_end on session (expires_at);

-- Browsers that a person signed in with before: not slowed down by the guesses of others, and no news to the person.
create table device (
  token_hash blob primary key,
  person text not null,
  made_at integer not null,
  last_used_at integer not null
) strict, without rowid;
create index device_by_person on device (person);
create index device_by_use on device (last_used_at);

create table login_history (
  id integer primary key,
  person text not null,
  at integer not null,
  -- `refused` stands for `count` attempts from the same network within the time between two writings.
  outcome text not null check (outcome in ('signed_in', 'refused')),
  how text not null,
  "from" text,
  network text,
  agent text,
  count integer not null default 1
) strict;
create index login_history_by_person on login_history (person, id);
create index login_history_by_time on login_history (at);
create index login_history_by_network on login_history (person, network, at) where outcome = 'signed_in';

-- Links by mail; `first` makes the first administrator.
create table access_token (
  hash blob primary key,
  kind text not null check (kind in ('first', 'invitation', 'reset')),
  person text,
  made_at integer not null,
  expires_at integer not null
) strict, without rowid;
create index access_token_by_person on access_token (person, kind);
create index access_token_by_end on access_token (expires_at);

create table api_key (
  id text primary key,
  token_hash blob not null unique,
  name text not null,
  -- JSON list of permissions.
  scopes text not null,
  -- Null: of the operator's side.
  customer text,
  -- JSON list of networks; empty: from anywhere.
  networks text not null,
  -- Whose permissions bound it; null: made on the socket of the data folder.
  person text,
  made_at integer not null,
  made_by text not null,
  expires_at integer,
  revoked_at integer,
  last_used_at integer,
  last_from text
) strict, without rowid;
create index api_key_by_customer on api_key (customer, id) where customer is not null;
create index api_key_by_person on api_key (person) where person is not null;
