-- name: columns
-- Every table that holds rows, but partitions, with its columns.
SELECT n.nspname AS schema, c.relname AS table,
       CASE WHEN c.reltuples > 0 OR c.relkind = 'r' THEN greatest(c.reltuples, 0)
            ELSE (SELECT coalesce(sum(greatest(l.reltuples, 0)), 0) FROM pg_partition_tree(c.oid) AS p JOIN pg_class AS l ON l.oid = p.relid
                  WHERE p.isleaf) END::float8 AS rows,
       a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, b.typname AS base, bn.nspname AS "baseSchema",
       b.typtype::text AS kind, b.typsend::text AS send, e.typname AS element,
       CASE WHEN b.typname IN ('varchar', 'bpchar') AND coalesce(d.typtypmod, a.atttypmod) >= 4
            THEN coalesce(d.typtypmod, a.atttypmod) - 4 END AS length,
       CASE WHEN b.typname = 'numeric' AND coalesce(d.typtypmod, a.atttypmod) >= 4
            THEN (coalesce(d.typtypmod, a.atttypmod) - 4) & 2047 END AS scale,
       CASE WHEN b.typname = 'numeric' AND coalesce(d.typtypmod, a.atttypmod) >= 4
            THEN ((coalesce(d.typtypmod, a.atttypmod) - 4) >> 16) & 65535 END AS precision,
       a.attnotnull OR coalesce(t.typnotnull, false) AS "notNull", a.atthasdef OR a.attidentity <> '' AS "hasDefault",
       a.attgenerated <> '' AS generated,
       pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname) AS sequence,
       (SELECT array_agg(l.enumlabel::text ORDER BY l.enumsortorder) FROM pg_enum AS l WHERE l.enumtypid = coalesce(e.oid, b.oid)) AS labels
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid
LEFT JOIN LATERAL (
  WITH RECURSIVE up AS (
    SELECT t.oid, t.typbasetype, CASE WHEN t.typtype = 'd' THEN t.typtypmod END AS typtypmod
    UNION ALL
    SELECT o.oid, o.typbasetype, CASE WHEN o.typtype = 'd' THEN o.typtypmod ELSE up.typtypmod END
    FROM up JOIN pg_type AS o ON o.oid = up.typbasetype WHERE up.typbasetype <> 0
  )
  SELECT oid, CASE WHEN t.typtype = 'd' THEN typtypmod END AS typtypmod FROM up WHERE typbasetype = 0
) AS d ON true
JOIN pg_type AS b ON b.oid = d.oid
JOIN pg_namespace AS bn ON bn.oid = b.typnamespace
LEFT JOIN pg_type AS e ON e.oid = b.typelem AND b.typcategory = 'A'
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT (n.nspname = 'bench' AND coalesce(obj_description(n.oid, 'pg_namespace'), '') = $1)
  AND NOT EXISTS (SELECT FROM pg_depend AS x WHERE x.classid = 'pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e')
ORDER BY n.nspname, c.relname, a.attnum;

-- name: keys
-- What must be unique: of an index with expressions, the columns that these read.
SELECT n.nspname AS schema, c.relname AS table, i.indisprimary AS primary,
       ARRAY(SELECT DISTINCT a.attname::text
             FROM pg_attribute AS a
             WHERE a.attrelid = c.oid
               AND (a.attnum = ANY (i.indkey::int2[])
                    OR (0 = ANY (i.indkey::int2[])
                        AND EXISTS (SELECT FROM pg_depend AS d
                                    WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                                      AND d.refobjid = c.oid AND d.refobjsubid = a.attnum)))
             ORDER BY 1) AS columns
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE i.indisunique AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY i.indisprimary DESC, i.indexrelid;

-- name: foreign_keys
SELECT n.nspname AS schema, c.relname AS table, k.conname AS name, rn.nspname AS "toSchema", r.relname AS "toTable",
       ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS x (num, n)
             JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = x.num ORDER BY x.n) AS columns,
       ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS x (num, n)
             JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = x.num ORDER BY x.n) AS "toColumns"
FROM pg_constraint AS k
JOIN pg_class AS c ON c.oid = k.conrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_class AS r ON r.oid = k.confrelid
JOIN pg_namespace AS rn ON rn.oid = r.relnamespace
WHERE k.contype = 'f' AND k.conparentid = 0 AND NOT c.relispartition AND NOT r.relispartition
ORDER BY k.oid;

-- name: checks
SELECT n.nspname AS schema, c.relname AS table, k.conname AS name, pg_get_constraintdef(k.oid) AS definition,
       ARRAY(SELECT a.attname::text FROM unnest(k.conkey) AS num
             JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = num) AS columns
FROM pg_constraint AS k
JOIN pg_class AS c ON c.oid = k.conrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE k.contype = 'c' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY k.oid;

-- name: bounds
-- The bounds of partitions whose key is one column, of every level.
SELECT rn.nspname AS schema, r.relname AS table, a.attname AS column, pg_get_expr(p.relpartbound, p.oid) AS bound
FROM pg_class AS p
JOIN pg_inherits AS i ON i.inhrelid = p.oid
JOIN pg_partitioned_table AS k ON k.partrelid = i.inhparent
JOIN pg_attribute AS a ON a.attrelid = i.inhparent AND a.attnum = k.partattrs[0]
JOIN pg_class AS r ON r.oid = pg_partition_root(p.oid)
JOIN pg_namespace AS rn ON rn.oid = r.relnamespace
WHERE p.relispartition AND k.partnatts = 1 AND k.partattrs[0] <> 0
ORDER BY p.oid;
