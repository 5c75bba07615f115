-- Keys and references of every table of the application, roots of partitioned tables for their leaves.
WITH root AS (
  SELECT c.oid, format('%s.%s', n.nspname, c.relname) AS name, c.relkind, c.relnamespace
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname IN ('core', 'audit', 'archive') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
), reference AS ( -- a leaf's own foreign key (items to orders) is one of its root
  SELECT DISTINCT coalesce(child.inhparent, k.conrelid) AS source, coalesce(parent.inhparent, k.confrelid) AS target,
         k.conkey, k.confdeltype
    FROM pg_constraint k
    LEFT JOIN pg_inherits child ON child.inhrelid = k.conrelid
    LEFT JOIN pg_inherits parent ON parent.inhrelid = k.confrelid
   WHERE k.contype = 'f' AND k.conparentid = 0
)
SELECT r.name, obj_description(r.oid, 'pg_class') AS comment, r.relkind = 'p' AS partitioned,
       (SELECT json_agg(json_build_object(
                 'name', a.attname,
                 'type', replace(replace(format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz'), 'timestamp(3) with time zone', 'timestamptz(3)'),
                 'primary', a.attnum = ANY (pk.conkey),
                 'foreign', EXISTS (SELECT FROM reference f WHERE f.source = r.oid AND a.attnum = ANY (f.conkey))) ORDER BY a.attnum)
          FROM pg_attribute a
         WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
           AND (a.attnum = ANY (pk.conkey) OR a.attname = 'organization_id'
                OR EXISTS (SELECT FROM reference f WHERE f.source = r.oid AND a.attnum = ANY (f.conkey)))) AS columns,
       coalesce((SELECT json_agg(json_build_object(
                 'target', t.name,
                 'columns', (SELECT string_agg(a.attname, ', ' ORDER BY array_position(f.conkey, a.attnum))
                               FROM pg_attribute a WHERE a.attrelid = f.source AND a.attnum = ANY (f.conkey)),
                 'optional', EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = f.source AND a.attnum = ANY (f.conkey) AND NOT a.attnotnull),
                 'onDelete', CASE f.confdeltype WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'r' THEN 'restrict' ELSE 'no action' END)
                 ORDER BY t.name, f.conkey)
          FROM reference f JOIN root t ON t.oid = f.target WHERE f.source = r.oid), '[]') AS references
  FROM root r LEFT JOIN pg_constraint pk ON pk.conrelid = r.oid AND pk.contype = 'p'
 ORDER BY r.relnamespace <> 'core'::regnamespace, r.name
