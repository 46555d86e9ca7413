-- Who may lift a lock: what people of a customer locked they let go again, everything else the operator.

alter table identity_limit add column by_customer integer not null default 0 check (by_customer in (0, 1));
