-- What is held of one customer, the newest first, for the list of its quarantine.

create index held_of_customer on recipient (customer, row) where status >= 2;
