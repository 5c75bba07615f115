-- Each partition, and the table that it is a part of.
SELECT pn.nspname AS schema, p.relname AS name, rn.nspname AS root_schema, r.relname AS root
FROM pg_class AS p
JOIN pg_namespace AS pn ON pn.oid = p.relnamespace
JOIN pg_class AS r ON r.oid = pg_partition_root(p.oid)
JOIN pg_namespace AS rn ON rn.oid = r.relnamespace
WHERE p.relispartition
