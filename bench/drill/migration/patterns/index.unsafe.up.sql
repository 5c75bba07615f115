-- what: the same index while writers wait
CREATE INDEX orders_customer ON patterns.orders (customer_id);
