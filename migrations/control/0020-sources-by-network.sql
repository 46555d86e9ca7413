-- Lists of sources are in the order of customer and network, and looked through for a part of a network: the index has both.

drop index source_by_customer;
create index source_by_customer on source (customer, network);
