SET LOCAL ROLE olympus_owner;
DROP FUNCTION ops.archive_old_orders(integer, integer), ops.archive_batch(date, integer), ops.attach_month(date), ops.month_bounds(date);
