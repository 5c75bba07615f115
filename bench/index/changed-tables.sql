-- Rows and pages of tables, each with its partitions; sizes are those of a VACUUM before.
SELECT format('%I.%I', n.nspname, t.relname) AS name, t.relkind = 'm' AS view,
       sum(greatest(c.reltuples, 0))::float8 AS rows,
       (sum(pg_relation_size(c.oid)) / current_setting('block_size')::int)::float8 AS pages
FROM unnest($1::text[]) AS wanted (name)
JOIN pg_class AS t ON t.oid = wanted.name::regclass
JOIN pg_namespace AS n ON n.oid = t.relnamespace
JOIN pg_class AS c ON c.oid = t.oid OR c.oid IN (SELECT relid FROM pg_partition_tree(t.oid))
WHERE c.relkind IN ('r', 'm')
GROUP BY n.nspname, t.relname, t.relkind
ORDER BY 1
