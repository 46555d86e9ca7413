-- The durable queue. Rows of messages and recipients share one sequence that never gives a number twice: the
-- recipients of a message have the rows from that of the message on, so row - position is the message.

create table message (
  row integer primary key,
  id text not null unique,
  customer text not null,
  sender text not null,
  accepted_at integer not null,
  size integer not null,
  recipients integer not null,
  meta text not null,
  body_file text,
  -- Last, so that nothing else is found behind it.
  body blob
) strict;

create table recipient (
  row integer primary key,
  position integer not null,
  -- 0 queued, 1 deferred, 2 held, 3 quarantined.
  status integer not null,
  attempts integer not null,
  due integer not null,
  customer text not null,
  destination text not null,
  address text not null,
  -- JSON array of hosts that stand in for the route.
  reroute text,
  last_cause text,
  -- 1 once the sender was told that it is late.
  delay_told integer not null default 0
) strict;

-- Work of a destination, by customer in turn; and when its deferred mail falls due. Fresh mail is only in the first.
create index ready on recipient (destination, status, customer, due) where status < 2;
create index due on recipient (destination, due) where status = 1;
-- What is held, so that lifting a hold does not look at all that waits.
create index held on recipient (row) where status >= 2;

create table hold (
  message integer not null,
  kind text not null,
  note text,
  operator text,
  since integer not null,
  primary key (message, kind)
) strict, without rowid;

-- Time a message spent held, however many holds it had at once; since is null while it is not.
create table held_time (
  message integer primary key,
  since integer,
  ms integer not null
) strict;

-- Holds of one recipient alone.
create table recipient_hold (
  recipient integer not null,
  kind text not null,
  note text,
  since integer not null,
  primary key (recipient, kind)
) strict, without rowid;
create index recipient_hold_age on recipient_hold (kind, since, recipient);

-- Time a recipient spent held while its message was not; since is null while it is not held. message_ms is what the
-- message had been held when that began.
create table recipient_held_time (
  recipient integer primary key,
  since integer,
  message_ms integer not null,
  ms integer not null
) strict;

-- A suspended customer's mail waits without being touched; past suspensions lengthen the life of what waited.
create table customer_pause (
  customer text not null,
  since integer not null,
  until integer,
  note text,
  operator text,
  -- What was in the queue when it began, or ended: rows below this one.
  before_row integer not null,
  primary key (customer, since)
) strict, without rowid;

create table counter (
  customer text not null,
  status integer not null,
  count integer not null,
  primary key (customer, status)
) strict, without rowid;

-- Events of one commit a row, for the trace.
create table outbox (
  seq integer primary key,
  count integer not null,
  events text not null
) strict;

-- Highest settlement of each client of the queue, so that one sent twice counts once.
create table settled (
  client text primary key,
  key integer not null
) strict, without rowid;

create table state (
  one integer primary key check (one = 1),
  next_row integer not null,
  seq integer not null,
  accepted integer not null,
  final integer not null
) strict;

insert into state values (1, 1, 0, 0, 0);
