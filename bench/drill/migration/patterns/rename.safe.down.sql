-- what: the same way back
-- load: SELECT id, total FROM patterns.orders LIMIT 1
ALTER TABLE patterns.orders ADD COLUMN note text;
UPDATE patterns.orders SET note = memo
 WHERE id IN (SELECT id FROM patterns.orders WHERE note IS NULL AND memo IS NOT NULL ORDER BY id LIMIT 1000);
ALTER TABLE patterns.orders DROP COLUMN memo;
