-- Quarantine: who did what, the first of two people for mail with a virus, who was told what. The messages themselves are
-- in the queue. Retention: ids of messages and who acted (people of customers and of the operator), by
-- `retention.records`; nothing of what a message says, and no address of its sender or recipients.

create table quarantine_action (
  id integer primary key,
  at integer not null,
  who text not null,
  customer text not null,
  message text not null,
  -- released, deleted, allowed, reported_spam, reported_ham, virus_asked, virus_released, expired, failed
  action text not null,
  -- Recipients it was done for.
  recipients integer not null,
  reason text
) strict;
create index quarantine_action_by_message on quarantine_action (message, id);
create index quarantine_action_by_customer on quarantine_action (customer, id);
create index quarantine_action_by_time on quarantine_action (at);

-- The first of two people who want mail with a virus to go on.
create table quarantine_virus (
  message text primary key,
  customer text not null,
  -- Id of the user.
  person text not null,
  who text not null,
  reason text not null,
  at integer not null,
  expires_at integer not null
) strict, without rowid;
create index quarantine_virus_by_end on quarantine_virus (expires_at);

-- Up to when people of a customer were told what came into quarantine.
create table quarantine_digest (
  customer text primary key,
  told_until integer not null,
  at integer not null
) strict, without rowid;

-- Messages whose removal was announced; they go at `until`, never before.
create table quarantine_told (
  message text primary key,
  customer text not null,
  until integer not null,
  at integer not null
) strict, without rowid;
create index quarantine_told_by_customer on quarantine_told (customer, until);
create index quarantine_told_by_time on quarantine_told (until);
