-- The relations of users with the number of their file; within a transaction as that transaction left them.
SELECT c.oid::bigint AS oid, n.nspname || '.' || c.relname AS name,
       CASE c.relkind
         WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned' WHEN 'i' THEN 'index' WHEN 'I' THEN 'partitioned index'
         WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' ELSE 'foreign' END AS kind,
       pg_relation_filenode(c.oid)::bigint AS file
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'i', 'I', 'v', 'm', 'S', 'f')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\_temp%'
