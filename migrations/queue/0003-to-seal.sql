-- Messages that wait for a person, or with a suspended customer, whose content is not known to be sealed.

create table to_seal (message integer primary key) strict;

insert into to_seal select distinct row - position from recipient where status >= 2;
insert or ignore into to_seal select row from message
where customer in (select customer from customer_pause where until is null);
