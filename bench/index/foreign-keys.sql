-- Every foreign key with the columns that a delete or update of its target searches by.
SELECT c.conname AS name,
       format('%I.%I', n.nspname, t.relname) AS "table",
       c.confrelid::regclass::text AS target,
       ARRAY(SELECT quote_ident(a.attname) FROM unnest(c.conkey) AS k
             JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k) AS columns
FROM pg_constraint AS c
JOIN pg_class AS t ON t.oid = c.conrelid
JOIN pg_namespace AS n ON n.oid = t.relnamespace
WHERE c.contype = 'f' AND c.conparentid = 0
