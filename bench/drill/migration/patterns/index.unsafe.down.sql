DROP INDEX patterns.orders_customer;
