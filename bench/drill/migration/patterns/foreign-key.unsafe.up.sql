-- what: the foreign key at once: each row is read while writers of both tables wait
ALTER TABLE patterns.orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES patterns.customers;
