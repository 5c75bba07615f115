-- what: the type at once: each row is written anew under ACCESS EXCLUSIVE
ALTER TABLE patterns.orders ALTER COLUMN total TYPE bigint;
