SET LOCAL ROLE olympus_owner;
DROP TABLE archive.months, archive.order_items, archive.orders, audit.logs;
