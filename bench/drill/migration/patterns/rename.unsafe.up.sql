-- what: the rename at once: running statements that name the column fail
ALTER TABLE patterns.orders RENAME COLUMN note TO memo;
