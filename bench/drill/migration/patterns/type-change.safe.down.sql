-- what: an application that does not name the new column any more
-- load: SELECT id, total FROM patterns.orders LIMIT 1
ALTER TABLE patterns.orders DROP COLUMN total_cents;
