-- What is old is found and dropped without a look at all that is kept. Run at each start: files that were there get it too.

create index if not exists hour_by_age on hour (at);
create index if not exists detail_by_age on detail (at);
create index if not exists domain_by_age on domain (at);
