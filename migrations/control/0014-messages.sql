-- What people make of the trace: exports of searches, searches they keep, links to one message.

-- retention: `retention.exports` after its end, with its file in exports/. An erasure takes away those whose query names the
-- address, and the files that do.
create table message_export (
  id text primary key,
  -- Whose it is: `user:ID`, `key:ID`, or the owner of the machine.
  owner text not null,
  who text not null,
  -- Null: over all customers.
  customer text,
  query text not null,
  -- JSON list.
  columns text not null,
  -- 1: whoever asked may read subjects, and they are in the file.
  subjects integer not null,
  state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  rows integer not null,
  octets integer,
  -- 1: there were more rows than an export has.
  cut integer not null,
  tries integer not null,
  asked_at integer not null,
  ended_at integer,
  fault text
) strict;
create index message_export_by_owner on message_export (owner, asked_at, id);
create index message_export_open on message_export (asked_at) where state in ('queued', 'running');
create index message_export_by_end on message_export (ended_at);
create index message_export_by_customer on message_export (customer);

-- retention: `retention.records` after its end. No address: the message is in the trace, and goes with it.
create table message_share (
  id text primary key,
  -- SHA-256 of the token.
  hash blob not null unique,
  message text not null,
  -- Of one recipient alone; null: of all.
  recipient integer,
  customer text not null,
  who text not null,
  -- 1: the subject is shown.
  subject integer not null,
  made_at integer not null,
  expires_at integer not null,
  revoked_at integer,
  views integer not null,
  seen_at integer
) strict;
create index message_share_by_message on message_share (message, made_at);
create index message_share_by_customer on message_share (customer);
create index message_share_by_end on message_share (expires_at);

-- retention: until the person deletes it, or is removed. An erasure takes away those that name the address.
create table saved_search (
  seq integer primary key autoincrement,
  id text not null unique,
  person text not null,
  -- Of the person; null: of the operator's side.
  customer text,
  page text not null,
  name text not null,
  -- JSON: the parameters of the page's address.
  search text not null,
  made_at integer not null
) strict;
create unique index saved_search_by_person on saved_search (person, page, name);
create index saved_search_by_customer on saved_search (customer);
