-- Lists of customers by what waits for the operator, and an entry that comes back a second time beside what it was before.

create index account_by_portal on account (id) where portal = 'requested';

-- The entry as it was when it was last sent back to be mended; JSON of Entry. It goes with the entry.
alter table entry add column returned text;
