-- name: indexes
-- Indexes of $1 (tables, with their partitions), and how to make each again. Left alone: an index that is a
-- replica identity, and a constraint that a view depends on (GROUP BY its key).
WITH tables AS (
  SELECT t.relid FROM unnest($1::regclass[]) AS parent, pg_partition_tree(parent) AS t
  UNION SELECT unnest($1::regclass[])
)
SELECT
  CASE WHEN i.relkind = 'I' THEN 2 ELSE 1 END AS step,
  format('%I.%I', n.nspname, t.relname) AS relation,
  i.relname AS name,
  h.inhparent IS NOT NULL AS follows,
  CASE WHEN c.oid IS NULL THEN format('DROP INDEX %I.%I', n.nspname, i.relname)
       ELSE format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, t.relname, c.conname) END AS removal,
  CASE WHEN i.relkind = 'I' AND c.oid IS NOT NULL
       THEN format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, t.relname, c.conname, pg_get_constraintdef(c.oid))
       WHEN i.relkind = 'I' THEN replace(pg_get_indexdef(i.oid), ' ON ONLY ', ' ON ')
       WHEN c.oid IS NOT NULL
       THEN pg_get_indexdef(i.oid) || format('; ALTER TABLE %I.%I ADD CONSTRAINT %I %s USING INDEX %I%s',
              n.nspname, t.relname, c.conname, CASE c.contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, i.relname,
              CASE WHEN c.condeferrable THEN ' DEFERRABLE' || CASE WHEN c.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END ELSE '' END)
       ELSE pg_get_indexdef(i.oid) END
  || CASE WHEN obj_description(i.oid, 'pg_class') IS NULL THEN ''
     ELSE format('; COMMENT ON INDEX %I.%I IS %L', n.nspname, i.relname, obj_description(i.oid, 'pg_class')) END
  || CASE WHEN obj_description(c.oid, 'pg_constraint') IS NULL THEN ''
     ELSE format('; COMMENT ON CONSTRAINT %I ON %I.%I IS %L', c.conname, n.nspname, t.relname,
       obj_description(c.oid, 'pg_constraint')) END AS definition
FROM tables
JOIN pg_index x ON x.indrelid = tables.relid
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
LEFT JOIN pg_inherits h ON h.inhrelid = i.oid
LEFT JOIN pg_constraint c ON c.conindid = i.oid AND c.contype IN ('p', 'u', 'x') AND c.conrelid = t.oid
WHERE NOT x.indisreplident AND c.contype IS DISTINCT FROM 'x'
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.refclassid = 'pg_constraint'::regclass AND d.refobjid = c.oid AND d.classid = 'pg_rewrite'::regclass)
ORDER BY step, relation, name;

-- name: foreign_keys
-- Foreign keys from or to $1 or their partitions that are declared themselves, not inherited from a parent's.
WITH tables AS (
  SELECT t.relid FROM unnest($1::regclass[]) AS parent, pg_partition_tree(parent) AS t
  UNION SELECT unnest($1::regclass[])
)
SELECT
  3 AS step,
  format('%I.%I', n.nspname, t.relname) AS relation,
  c.conname AS name,
  false AS follows,
  format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, t.relname, c.conname) AS removal,
  format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, t.relname, c.conname, pg_get_constraintdef(c.oid))
  || CASE WHEN obj_description(c.oid, 'pg_constraint') IS NULL THEN ''
     ELSE format('; COMMENT ON CONSTRAINT %I ON %I.%I IS %L', c.conname, n.nspname, t.relname,
       obj_description(c.oid, 'pg_constraint')) END AS definition
FROM pg_constraint c
JOIN pg_class t ON t.oid = c.conrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE c.contype = 'f' AND c.conparentid = 0
  AND (c.conrelid IN (SELECT relid FROM tables) OR c.confrelid IN (SELECT relid FROM tables))
ORDER BY relation, name;

-- name: pending
-- What is still to be made, in its order: indexes by relation; foreign keys one by one, for two in a transaction could
-- wait for each other's tables, and those of one relation apart, since each locks it. A parent's index makes those that its
-- partitions lack, under other names: of several levels the lowest comes first.
WITH sized AS (
  SELECT *, coalesce((SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(relation::regclass)),
                     pg_relation_size(relation::regclass)) AS size,
         (SELECT count(*) FROM pg_partition_ancestors(relation::regclass)) AS depth,
         CASE WHEN step = 3 THEN row_number() OVER (PARTITION BY relation, step ORDER BY name) ELSE 0 END AS turn
  FROM bench.secondary
  WHERE NOT done
)
SELECT step, relation, array_agg(name ORDER BY name) AS names, array_agg(definition ORDER BY name) AS definitions
FROM sized
GROUP BY step, relation, turn, size, depth
ORDER BY step, turn, CASE WHEN step = 2 THEN depth END DESC, size DESC, relation;
