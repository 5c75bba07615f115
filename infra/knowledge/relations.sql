-- What the planner asks the files of a relation: how many pages it has now.
SELECT n.nspname AS schema, c.relname AS name, c.relkind::text AS kind, am.amname AS method,
       pg_relation_size(c.oid) / current_setting('block_size')::int AS pages,
       c.reltuples::float8 AS rows, c.oid::int8 AS oid
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_am AS am ON am.oid = c.relam
WHERE c.relkind IN ('r', 'm', 'i') AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY n.nspname, c.relname
