-- what: the column without a default, then the default for new rows, then old rows in batches
ALTER TABLE patterns.orders ADD COLUMN token uuid;
ALTER TABLE patterns.orders ALTER COLUMN token SET DEFAULT gen_random_uuid();
-- to be repeated until it changes no row; drilled twice
UPDATE patterns.orders SET token = gen_random_uuid()
 WHERE id IN (SELECT id FROM patterns.orders WHERE token IS NULL ORDER BY id LIMIT 1000);
UPDATE patterns.orders SET token = gen_random_uuid()
 WHERE id IN (SELECT id FROM patterns.orders WHERE token IS NULL ORDER BY id LIMIT 1000);
