-- What happened, and answers that are kept.

-- Every change: who, from where, when, what, before and after, in a chain: `hash` covers the row and the hash before it,
-- so that no row can be changed, taken out or put in without being found. No passwords, no keys.
create table audit (
  id integer primary key,
  at integer not null,
  who text not null,
  -- Address that the request came from; null on the socket of the data folder, and for what the relay does itself.
  "from" text,
  action text not null,
  object text not null,
  -- Whose change it is; null: the operator's own.
  customer text,
  reason text,
  before text,
  after text,
  hash blob not null
) strict;
create index audit_by_object on audit (object, id);
create index audit_by_customer on audit (customer, id) where customer is not null;
create index audit_by_who on audit (who, id);
create index audit_by_time on audit (at);

-- The beginning of the audit goes at its date. The anchor says where: entries up to `id`, the last of which had `hash`,
-- are gone, so that what is left still follows something. `seal` is the same under the master key.
-- retention: forever; no personal data.
create table audit_anchor (
  id integer primary key,
  at integer not null,
  hash blob not null,
  seal blob not null
) strict;

-- Append-only: entries are never changed, and only go with all before them, once an anchor has taken their place.
create trigger audit_is_not_changed before update on audit begin
  select raise(abort, 'entries of the audit are never changed');
end;
create trigger audit_is_not_removed before delete on audit
when old.id > coalesce((select max(id) from audit_anchor), 0) begin
  select raise(abort, 'entries of the audit are only removed behind an anchor');
end;
-- `replace` takes rows away without asking the trigger above.
create trigger audit_goes_on_at_its_end before insert on audit
when new.id <= coalesce((select max(id) from audit), (select max(id) from audit_anchor), 0) begin
  select raise(abort, 'the audit goes on at its end alone');
end;
create trigger audit_anchor_is_true before insert on audit_anchor
when not exists (select 1 from audit where id = new.id and hash = new.hash) begin
  select raise(abort, 'an anchor takes the place of an entry of the audit');
end;
create trigger audit_anchor_is_not_changed before update on audit_anchor begin
  select raise(abort, 'anchors of the audit are never changed');
end;
create trigger audit_anchor_is_not_removed before delete on audit_anchor begin
  select raise(abort, 'anchors of the audit are never removed');
end;

-- Events of the control plane (`customer.activated`, `domain.status_changed` …), for webhooks; written in the transaction of what they tell.
create table control_event (
  seq integer primary key autoincrement,
  id text not null unique,
  type text not null,
  at integer not null,
  customer text,
  data text not null
) strict;
create index control_event_by_time on control_event (at);

-- Answers to requests with an Idempotency-Key, so that a repeated request gets the first answer. A key is `who`'s own.
-- Status 0: begun, and no answer yet. Answers are sealed under the master key; they may hold what is shown only once.
-- retention: a day.
create table idempotency_key (
  who text not null,
  key text not null,
  request text not null,
  at integer not null,
  status integer not null,
  answer blob,
  primary key (who, key)
) strict, without rowid;
create index idempotency_key_by_time on idempotency_key (at);
