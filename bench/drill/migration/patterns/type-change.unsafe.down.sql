ALTER TABLE patterns.orders ALTER COLUMN total TYPE integer;
