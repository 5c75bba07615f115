-- what: a foreign key that is added NOT VALID, and validated beside readers and writers
ALTER TABLE patterns.orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES patterns.customers NOT VALID;
ALTER TABLE patterns.orders VALIDATE CONSTRAINT orders_customer_fk;
