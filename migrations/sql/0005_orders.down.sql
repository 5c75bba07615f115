SET LOCAL ROLE olympus_owner;
DROP TABLE core.order_items, core.order_counters, core.orders;
