-- What is on its way to webhooks, and the log of it. An event is named by its place (a day of the trace, or the events of
-- the control store) and read there when it is sent, so that nothing of a message is kept here.
-- Retention: identifiers, times and status codes alone; finished deliveries go after `webhooks.log_kept`.

create table about (
  name text primary key,           -- `begun`, milliseconds since 1970
  value text not null
) strict, without rowid;

-- How far each source was read: `control`, or the unique name of a day's file.
create table cursor (
  source text primary key,
  seq integer not null
) strict, without rowid;

create table delivery (
  id integer primary key autoincrement,
  webhook text not null,
  event text not null,             -- webhook-id
  type text not null,
  customer text,
  -- Where the event is: `control` with its seq in `row`, or a day (YYYY-MM-DD) with the row and the line in it.
  source text not null,
  row integer not null,
  line integer not null,
  at integer not null,             -- when it happened, milliseconds since 1970
  made_at integer not null,        -- when it began to wait here: from then on its life counts
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  due integer not null,
  attempts integer not null default 0,
  log text not null default '[]',  -- JSON: [[at, status or 0, class, milliseconds] …], the last ones
  ended_at integer,
  unique (webhook, event)
) strict;
create index delivery_due on delivery (webhook, due) where state = 'waiting';
create index delivery_waiting_since on delivery (made_at) where state = 'waiting';
create index delivery_ended on delivery (ended_at) where ended_at is not null;
create index delivery_by_webhook on delivery (webhook, id);
create index delivery_by_state on delivery (webhook, state, id);

-- What is known of an endpoint beside its settings.
create table health (
  webhook text primary key,
  -- Since when nothing was taken, although it was tried; null while things are taken.
  failing_since integer,
  -- 1: its people were told that it fails.
  warned integer not null default 0,
  -- Attempts without success in a row.
  failures integer not null default 0,
  last_success integer,
  last_failure integer,
  -- Events that found no room, and when first and last.
  dropped integer not null default 0,
  dropped_first integer,
  dropped_last integer
) strict, without rowid;

-- Periods that are sent again, and how far that has come.
create table replay (
  id integer primary key autoincrement,
  webhook text not null,
  since integer not null,
  until integer not null,
  source text not null,            -- the one that is read now
  seq integer not null
) strict;
