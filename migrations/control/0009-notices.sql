-- Notices to people, and how customers leave.
--
-- retention: `notice_sent` holds the address of a reader, the kind of the notice and when (never its words or links): six
-- months (`trace.retention`). The tables of termination hold names of domains and days, no persons but who ordered an
-- act; they stay with the customer's account, `removal_certificate` after it (proof of removal) for `privacy.certificates`.

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
