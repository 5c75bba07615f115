-- what: NOT NULL at once: each row is read under ACCESS EXCLUSIVE
ALTER TABLE patterns.orders ALTER COLUMN status SET NOT NULL;
