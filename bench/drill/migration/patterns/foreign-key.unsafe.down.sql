ALTER TABLE patterns.orders DROP CONSTRAINT orders_customer_fk;
