-- One day of the trace. Rows grow in the order in which the queue committed them.

create table about (
  name text primary key,           -- unique name of this file, `begun` (milliseconds since 1970)
  value text not null
) strict, without rowid;

-- How far each queue's outbox has been applied; in the transaction of the events, so that a repeat is known.
create table applied (
  source text primary key,
  seq integer not null
) strict, without rowid;

create table counter (
  name text primary key,           -- accepted, final, duplicates: recipients
  value integer not null
) strict, without rowid;

-- A message, or a refusal (id is null).
create table message (
  row integer primary key,
  id text unique,
  at integer not null,             -- milliseconds since 1970
  states integer not null,         -- bit mask of TRACE_STATUSES: at least one recipient is so now
  recipients text not null,        -- one letter a recipient (message-state.ts)
  holds text                       -- kinds of holds now on it, a line each
) strict;
create index message_open on message (row) where states & 15 <> 0;

-- Events as their JSON texts, a line each. row = message row * 2^20 + a number, so that those of a message lie together.
create table event (
  row integer primary key,
  text text not null
) strict;

-- Rows of `event` in the order in which they were written, of those customers that are watched: what webhooks follow.
create table feed (
  seq integer primary key,
  row integer not null
) strict;

-- First and last message row whose time lies in this minute: bounds for since and until.
create table minute (
  minute integer primary key,
  first integer not null,
  last integer not null
) strict;

-- Events that could not be read as such; kept for a person.
create table unreadable (
  seq integer not null,
  text text not null
) strict;

-- Search: words of a message under the message's row; later events add words to the same row. Only a blank parts words.
create virtual table word using fts5 (
  w, content = '', columnsize = 0, detail = none,
  tokenize = "ascii tokenchars '!#$%&()*+,-./:;<=>?@[\]^_`{|}~'"
);
