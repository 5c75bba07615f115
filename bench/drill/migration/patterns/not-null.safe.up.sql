-- what: a CHECK that is added NOT VALID, validated beside readers and writers, and then spares SET NOT NULL its reading
ALTER TABLE patterns.orders ADD CONSTRAINT status_present CHECK (status IS NOT NULL) NOT VALID;
ALTER TABLE patterns.orders VALIDATE CONSTRAINT status_present;
ALTER TABLE patterns.orders ALTER COLUMN status SET NOT NULL;
ALTER TABLE patterns.orders DROP CONSTRAINT status_present;
