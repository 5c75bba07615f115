-- Partitions and their indexes with the roots that they belong to, and what each index is.
WITH RECURSIVE tree AS (
  SELECT oid, oid AS root FROM pg_class WHERE relkind IN ('p', 'I') AND NOT relispartition
  UNION ALL
  SELECT inhrelid, tree.root FROM pg_inherits JOIN tree ON inhparent = tree.oid
)
SELECT c.relname AS name, c.relkind IN ('i', 'I') AS is_index,
       CASE WHEN tree.root <> c.oid THEN (SELECT relname FROM pg_class WHERE oid = tree.root) END AS root,
       CASE WHEN c.relkind IN ('i', 'I')
            THEN regexp_replace(pg_get_indexdef(c.oid), '^CREATE (UNIQUE )?INDEX .*? USING ', '\1') END AS definition
FROM pg_class AS c
LEFT JOIN tree ON tree.oid = c.oid
WHERE c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace, 'information_schema'::regnamespace)
  AND (c.relkind IN ('i', 'I') OR tree.root <> c.oid)
