DROP INDEX CONCURRENTLY patterns.orders_customer;
