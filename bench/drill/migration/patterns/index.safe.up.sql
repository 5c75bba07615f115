-- what: an index beside readers and writers
CREATE INDEX CONCURRENTLY orders_customer ON patterns.orders (customer_id);
