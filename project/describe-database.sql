-- Tables with rows of their own, each partition in its root: rows as of the last VACUUM or ANALYZE.
WITH root AS (
  SELECT c.oid, coalesce(pg_partition_root(c.oid)::oid, c.oid) AS root, greatest(c.reltuples, 0) AS rows,
         pg_total_relation_size(c.oid) AS bytes
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
)
SELECT format('%I.%I', n.nspname, c.relname) AS name, sum(root.rows)::bigint AS rows, sum(root.bytes)::bigint AS bytes,
       (SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
        FROM pg_attribute WHERE attrelid = root.root AND attnum > 0 AND NOT attisdropped) AS columns
FROM root
JOIN pg_class AS c ON c.oid = root.root
JOIN pg_namespace AS n ON n.oid = c.relnamespace
GROUP BY root.root, n.nspname, c.relname
ORDER BY 1
