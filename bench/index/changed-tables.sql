-- Rows and pages of tables, each with its partitions, and the pages of the largest of these; sizes are those of a VACUUM
-- before. A partitioned table that has no partition has neither.
SELECT format('%I.%I', n.nspname, t.relname) AS name, t.relkind = 'm' AS view,
       coalesce(sum(greatest(c.reltuples, 0)), 0)::float8 AS rows,
       coalesce(sum(pg_relation_size(c.oid)) / current_setting('block_size')::int, 0)::float8 AS pages,
       coalesce(max(pg_relation_size(c.oid)) / current_setting('block_size')::int, 0)::float8 AS "largestPart"
FROM unnest($1::text[]) AS wanted (name)
JOIN pg_class AS t ON t.oid = wanted.name::regclass
JOIN pg_namespace AS n ON n.oid = t.relnamespace
LEFT JOIN pg_class AS c ON c.relkind IN ('r', 'm') AND (c.oid = t.oid OR c.oid IN (SELECT relid FROM pg_partition_tree(t.oid)))
GROUP BY n.nspname, t.relname, t.relkind
ORDER BY 1
