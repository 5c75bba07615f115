-- Every index that is no part of a partitioned one: what it is, what it guards, and how large it is with its parts.
WITH RECURSIVE tree AS (
  SELECT c.oid, c.oid AS root
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('i', 'I') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  UNION ALL
  SELECT inhrelid, tree.root FROM pg_inherits JOIN tree ON inhparent = tree.oid
)
SELECT c.oid::text AS oid,
       format('%I.%I', n.nspname, c.relname) AS name,
       c.relname AS short,
       format('%I.%I', tn.nspname, t.relname) AS "table",
       pg_get_indexdef(c.oid) AS definition,
       am.amname AS method,
       i.indisunique AS "unique",
       i.indisvalid AS valid,
       i.indexprs IS NOT NULL AS expression,
       ARRAY(SELECT pg_get_indexdef(c.oid, k, true) FROM generate_series(1, i.indnkeyatts) AS k ORDER BY k) AS keys,
       ARRAY(SELECT format('%s %s %s', i.indclass[k - 1], i.indcollation[k - 1], i.indoption[k - 1])
             FROM generate_series(1, i.indnkeyatts) AS k ORDER BY k) AS "orders",
       ARRAY(SELECT pg_get_indexdef(c.oid, k, true)
             FROM generate_series(i.indnkeyatts + 1, i.indnatts) AS k ORDER BY k) AS included,
       pg_get_expr(i.indpred, i.indrelid) AS predicate,
       ARRAY(SELECT a.attname::text
             FROM pg_depend AS d JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
             WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refobjid = i.indrelid AND d.refobjsubid > 0
             GROUP BY a.attname, a.attnum
             ORDER BY coalesce(array_position(i.indkey::int2[], a.attnum), 99)) AS columns,
       (SELECT conname FROM pg_constraint WHERE conindid = c.oid AND contype IN ('p', 'u', 'x') LIMIT 1) AS "constraint",
       (SELECT sum(pg_relation_size(part.oid)) FROM tree AS part WHERE part.root = c.oid)::float8 AS bytes
FROM tree
JOIN pg_class AS c ON c.oid = tree.root
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_index AS i ON i.indexrelid = c.oid
JOIN pg_class AS t ON t.oid = i.indrelid
JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
JOIN pg_am AS am ON am.oid = c.relam
WHERE tree.oid = tree.root
ORDER BY name
