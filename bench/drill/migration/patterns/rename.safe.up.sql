-- what: expand and contract: the new column, old rows in batches while the application writes both, and the old one dropped
-- load: SELECT id, total FROM patterns.orders LIMIT 1
ALTER TABLE patterns.orders ADD COLUMN memo text;
-- to be repeated until it changes no row; drilled twice
UPDATE patterns.orders SET memo = note
 WHERE id IN (SELECT id FROM patterns.orders WHERE memo IS NULL AND note IS NOT NULL ORDER BY id LIMIT 1000);
UPDATE patterns.orders SET memo = note
 WHERE id IN (SELECT id FROM patterns.orders WHERE memo IS NULL AND note IS NOT NULL ORDER BY id LIMIT 1000);
ALTER TABLE patterns.orders DROP COLUMN note;
