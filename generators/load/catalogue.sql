-- name: columns
-- Columns of the tables $1 (texts) with the type that the wire sees (a domain's base).
SELECT
  wanted AS "table",
  a.attname AS name,
  CASE WHEN e.oid IS NULL THEN b.typname ELSE e.typname || '[]' END AS type,
  a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS needed
FROM unnest($1::text[]) AS wanted
LEFT JOIN pg_attribute a ON a.attrelid = to_regclass(wanted) AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
LEFT JOIN pg_type e ON e.oid = b.typelem AND b.typcategory = 'A'
ORDER BY wanted, a.attnum;

-- name: sizes
-- A plain table has no partition tree: it counts for itself.
SELECT wanted AS "table", coalesce(
  (SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(wanted::regclass)),
  pg_total_relation_size(wanted::regclass))::float8 AS bytes
FROM unnest($1::text[]) AS wanted;
