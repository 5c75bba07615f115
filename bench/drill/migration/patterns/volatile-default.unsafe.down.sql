-- what: an application that does not name the column any more
-- load: SELECT id, total FROM patterns.orders LIMIT 1
ALTER TABLE patterns.orders DROP COLUMN token;
