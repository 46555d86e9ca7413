-- Notices to people, and how customers leave.
--
-- retention: `notice_sent` holds the address of a reader, the kind of a notice and when (never its words or links), for
-- `retention.records`. `termination.readers` and `termination_mail` hold addresses of the people of a customer that leaves:
-- they are forgotten once its records are gone from DNS, and `retention.records` after the removal at the latest.
-- `termination` and `removal_certificate` name the customer, its domains and who of the operator did it, no other people;
-- they are the proof of the removal and stay.

-- What was sent to whom. The queue id leads to the mail in the trace.
create table notice_sent (
  id integer primary key,
  at integer not null,
  kind text not null,
  customer text,
  recipient text not null,
  language text not null,
  -- `sending`: on its way into the queue. `sent`: kept there. `withheld`: one too many in an hour, to be told in sum.
  -- `summed`: told so. `dropped`: one too many of a kind that is of no use later. `failed`: the queue did not take it.
  state text not null check (state in ('sending', 'sent', 'withheld', 'summed', 'dropped', 'failed')),
  message text
) strict;
create index notice_sent_by_time on notice_sent (at);
create index notice_sent_by_recipient on notice_sent (recipient, kind, at);
create index notice_sent_by_customer on notice_sent (customer, id) where customer is not null;
create index notice_sent_withheld on notice_sent (at) where state = 'withheld';

-- How customers leave: one row from the notice to the removal, or to the day on which it was taken back.
create table termination (
  id integer primary key autoincrement,
  customer text not null,
  -- The customer's name, for papers that are written after it is gone.
  name text not null,
  language text not null,
  -- `subscription`: the last one beside Easymail ended; a new one takes it back. `operator`: by hand.
  cause text not null check (cause in ('subscription', 'operator')),
  reason text not null,
  by text not null,
  -- Days (YYYY-MM-DD) in the operator's time zone: end of the last subscription; the notice; what it announced.
  ended text not null,
  noticed text,
  deactivation text,
  removal text,
  begun_at integer not null,
  reminded_at integer,
  deactivated_at integer,
  removed_at integer,
  stopped_at integer,
  -- `hand`: the same end of the last subscription does not begin it again.
  stopped_by text check (stopped_by in ('hand', 'subscription')),
  -- What the removal waits for, as it was seen last.
  waits text,
  -- JSON list of Reader: kept while there is something to tell.
  readers text not null,
  -- When DNS was looked at for the customer's records, when it was asked to take them out, when they were gone.
  looked_at integer,
  asked_at integer,
  gone_at integer
) strict;
create unique index termination_running on termination (customer) where removed_at is null and stopped_at is null;
create index termination_by_customer on termination (customer, id);
create index termination_by_records on termination (looked_at) where deactivated_at is not null and stopped_at is null and gone_at is null;

-- Mails that are to be sent, each until it is in the queue.
create table termination_mail (
  id integer primary key autoincrement,
  termination integer not null,
  kind text not null,
  recipient text not null,
  language text not null,
  made_at integer not null,
  sent_at integer
) strict;
create index termination_mail_unsent on termination_mail (id) where sent_at is null;
create index termination_mail_by_termination on termination_mail (termination, kind);

-- Records in DNS that name the relay, which the customer is asked to take out.
create table termination_record (
  termination integer not null,
  domain text not null,
  purpose text not null check (purpose in ('spf', 'mx', 'dkim', 'ownership')),
  type text not null,
  host text not null,
  value text not null,
  -- `unknown`: DNS did not answer, or was not asked yet.
  state text not null check (state in ('present', 'gone', 'unknown')),
  looked_at integer,
  gone_at integer,
  primary key (termination, purpose, host, value)
) strict, without rowid;

-- The key that signs certificates (Ed25519). The private half is sealed under the master key.
create table certificate_signing_key (
  id text primary key,
  public_key blob not null,
  sealed blob not null,
  master text not null,
  made_at integer not null
) strict, without rowid;

-- `content` is what is signed, octet by octet.
create table removal_certificate (
  number text primary key,
  customer text not null,
  termination integer not null unique,
  issued_at integer not null,
  content text not null,
  key text not null,
  signature blob not null
) strict, without rowid;
create index removal_certificate_by_customer on removal_certificate (customer, issued_at);
