-- Webhooks: endpoints that customers, and the operator, get events at. What is on its way to them, and the log of it, is
-- in a file of its own (migrations/webhooks).
-- Retention: no personal data but what a customer writes into `description` and `url`; both go with the webhook, and
-- webhooks go with their customer.

create table webhook (
  id text primary key,
  -- Null: the operator's own, which gets the events of all customers.
  customer text,
  url text not null,
  description text not null,
  -- JSON list of types, or beginnings of them with `*`.
  types text not null,
  -- 1: identifiers alone, no addresses.
  thin integer not null,
  signing text not null check (signing in ('hmac', 'ed25519')),
  state text not null check (state in ('active', 'paused', 'disabled')),
  -- Why it is not active: `hand`, `failing`, `gone`; null where it is.
  reason text,
  -- Since when, milliseconds since 1970.
  state_at integer not null,
  made_at integer not null,
  -- Counts changes, for ETags.
  version integer not null
) strict, without rowid;
create index webhook_by_customer on webhook (customer, id);

-- Secrets of webhooks, sealed under the master key `master`. The newest without `until` signs; those before it sign
-- beside it until their time is over.
create table webhook_secret (
  id integer primary key autoincrement,
  webhook text not null,
  sealed blob not null,
  master text not null,
  -- Ed25519: the public key, `whpk_…`; null for HMAC.
  public_key text,
  made_at integer not null,
  until integer
) strict;
create index webhook_secret_by_webhook on webhook_secret (webhook);
create index webhook_secret_by_until on webhook_secret (until) where until is not null;

-- Events of one customer, for lists of them.
create index control_event_by_customer on control_event (customer, seq);
