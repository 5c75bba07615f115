-- The tables that the transaction of the back end $1 has locked: those that its statements name, and those that their functions,
-- triggers, policies and foreign keys read or write. Of a partition its whole.
SELECT DISTINCT format('%I.%I', n.nspname, t.relname) AS "table"
FROM pg_locks AS l
JOIN pg_class AS c ON c.oid = l.relation
JOIN pg_class AS t ON t.oid = coalesce(pg_partition_root(c.oid), c.oid)
JOIN pg_namespace AS n ON n.oid = t.relnamespace
WHERE l.locktype = 'relation' AND l.pid = $1 AND t.relkind IN ('r', 'p', 'm')
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
