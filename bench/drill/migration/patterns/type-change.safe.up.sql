-- what: a column of the new type, old rows in batches while the application writes both
ALTER TABLE patterns.orders ADD COLUMN total_cents bigint;
-- to be repeated until it changes no row; drilled twice
UPDATE patterns.orders SET total_cents = total
 WHERE id IN (SELECT id FROM patterns.orders WHERE total_cents IS NULL ORDER BY id LIMIT 1000);
UPDATE patterns.orders SET total_cents = total
 WHERE id IN (SELECT id FROM patterns.orders WHERE total_cents IS NULL ORDER BY id LIMIT 1000);
