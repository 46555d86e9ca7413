-- What is known of sending addresses besides what the mail path needs. No personal data; it goes with the address.

-- Name of the SPF include that covers the pool; empty: none does; null: the usual one.
alter table pool add column spf text;

create table pool_address (
  pool text not null,
  ip text not null,
  -- As last seen in the pool, and since when: `apply` changes the pool alone.
  state text not null check (state in ('active', 'draining', 'out')),
  since integer not null,
  -- 1: out, and named in the SPF include because it is about to be made active.
  prepared integer not null,
  -- What the checks found last: JSON list of AddressFinding.
  findings text,
  looked_at integer,
  primary key (pool, ip)
) strict, without rowid;
