-- What is counted over all days, for the reconciler.

-- The days that are there, as they stood after their last batch: used where a day can no longer be read.
create table known (
  name text primary key,           -- unique name of the day's file
  day text not null,
  accepted integer not null,
  final integer not null,
  duplicates integer not null,
  applied text not null            -- JSON: how far each queue's outbox had been applied to it
) strict, without rowid;

-- Days that are gone: dropped after the retention, or put aside.
create table gone (
  name text primary key,
  day text not null,
  accepted integer not null,
  final integer not null,
  duplicates integer not null,
  applied text not null            -- JSON: how far each queue's outbox had been applied to it
) strict, without rowid;
