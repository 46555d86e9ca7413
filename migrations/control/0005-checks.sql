-- What DNS and mail hosts say about what customers have, or want to have: looked at again and again.
-- retention: names of hosts and domains; who asked for a grant (`dns_grant.asked_by`), as long as the customer has the grant;
-- what mail hosts replied about their postmaster. A row goes with what it tells of. Tokens are no secrets: they are published.

-- Customers whose domains, mail hosts, sources or grants changed since they were last read. Written by triggers, so that no
-- way of changing them is forgotten.
create table check_changed (
  customer text primary key
) strict, without rowid;

-- What is looked at: one row a look.
create table check_subject (
  customer text not null,
  kind text not null check (kind in ('domain', 'mailhost', 'source', 'grant')),
  object text not null,
  -- When it is looked at next; 0: at once.
  due integer not null,
  -- Since when it is looked at, and when it was last.
  made_at integer not null,
  looked_at integer,
  -- How long until the look after the last one.
  pace integer not null,
  primary key (customer, kind, object)
) strict, without rowid;
create index check_subject_by_due on check_subject (due);

-- What was found. Written only where it changed; when it was looked at last stands with the subject.
create table check_result (
  customer text not null,
  kind text not null check (kind in ('ownership', 'spf', 'mx', 'dkim', 'dmarc', 'mailhost', 'source', 'grant')),
  object text not null,
  state text not null check (state in ('ok', 'warn', 'fail', 'unknown', 'waiting')),
  expected text not null,
  found text not null,
  -- One sentence on what to change; empty where nothing is.
  advice text not null,
  -- Since when it is in this state.
  since integer not null,
  primary key (customer, kind, object)
) strict, without rowid;
create index check_result_by_state on check_result (state, customer, kind, object) where state <> 'ok';
create index check_result_by_kind on check_result (kind, customer, object);
create index check_result_by_kind_state on check_result (kind, state, customer, object) where state <> 'ok';

-- The word that shows that a domain is this customer's, and no other's who names the same domain.
create table domain_ownership (
  customer text not null,
  domain text not null,
  token text not null,
  made_at integer not null,
  -- When the proof was last seen in DNS.
  seen_at integer,
  -- Since when answers say that it is gone, how many said so, for how long they did (time between two answers that both
  -- said so, so that neither a clock that is set nor a failure of DNS makes it longer), and when the last one came.
  missing_since integer,
  missing_looks integer not null default 0,
  missing_ms integer not null default 0,
  missing_at integer,
  -- When the customer was told.
  warned_at integer,
  primary key (customer, domain)
) strict, without rowid;

-- The word by which owners of domains name a customer in their grants.
create table grant_token (
  customer text primary key,
  token text not null unique
) strict, without rowid;

-- Grants that a customer asked for, and what the domain's owner says in DNS.
create table dns_grant (
  customer text not null,
  domain text not null,
  -- The stream that was asked for; '*' is all.
  stream text not null,
  asked_at integer not null,
  asked_by text not null,
  -- What the owner's record says: JSON list of { stream, from, until }; null: none was seen.
  records text,
  -- The stream for which the grant is in force now; null: it is not.
  in_force text,
  -- When that changes by what the records say; null: by itself it does not.
  changes_at integer,
  primary key (customer, domain)
) strict, without rowid;
create index dns_grant_by_domain on dns_grant (domain);
create index dns_grant_by_change on dns_grant (changes_at) where changes_at is not null;

-- `apply` writes a row anew where anything of it changed, such as the operator's word.
create trigger check_domain_new after insert on domain begin
  insert or ignore into check_changed values (new.customer);
  update check_subject set due = 0 where customer = new.customer and kind = 'domain' and object = new.name;
end;
create trigger check_domain_changed after update of customer, outbound, inbound on domain begin
  insert or ignore into check_changed values (new.customer);
  insert or ignore into check_changed values (old.customer);
  update check_subject set due = 0 where customer = new.customer and kind = 'domain' and object = new.name;
end;
create trigger check_domain_gone after delete on domain begin
  insert or ignore into check_changed values (old.customer);
end;
create trigger check_key_new after insert on dkim_key begin
  update check_subject set due = 0
  where kind = 'domain' and object = new.domain and customer = (select customer from domain where name = new.domain);
end;
create trigger check_source_new after insert on source begin
  insert or ignore into check_changed values (new.customer);
end;
create trigger check_source_gone after delete on source begin
  insert or ignore into check_changed values (old.customer);
end;
create trigger check_waiting_source_new after insert on waiting_source begin
  insert or ignore into check_changed values (new.customer);
end;
create trigger check_waiting_source_gone after delete on waiting_source begin
  insert or ignore into check_changed values (old.customer);
end;
create trigger check_customer_new after insert on customer begin
  insert or ignore into check_changed values (new.id);
end;
create trigger check_customer_changed after update of state, mailhosts, streams on customer begin
  insert or ignore into check_changed values (new.id);
end;
create trigger check_customer_gone after delete on customer begin
  insert or ignore into check_changed values (old.id);
end;
-- Once the customer is live, its MX should lead here.
create trigger check_account_changed after update of stage on account begin
  insert or ignore into check_changed values (new.id);
  update check_subject set due = 0 where customer = new.id and kind = 'domain';
end;
create trigger check_entry_new after insert on entry begin
  insert or ignore into check_changed values (new.customer);
end;
create trigger check_entry_changed after update of content on entry begin
  insert or ignore into check_changed values (new.customer);
  update check_subject set due = 0 where customer = new.customer;
end;
create trigger check_entry_gone after delete on entry begin
  insert or ignore into check_changed values (old.customer);
end;
create trigger check_sending_grant_gone after delete on sending_grant begin
  insert or ignore into check_changed values (old.customer);
end;
create trigger check_dns_grant_new after insert on dns_grant begin
  insert or ignore into check_changed values (new.customer);
end;
create trigger check_dns_grant_gone after delete on dns_grant begin
  insert or ignore into check_changed values (old.customer);
end;

insert into check_changed select id from customer;
