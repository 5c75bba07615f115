-- what: the column with its volatile default at once: each row is written anew under ACCESS EXCLUSIVE
ALTER TABLE patterns.orders ADD COLUMN token uuid DEFAULT gen_random_uuid();
