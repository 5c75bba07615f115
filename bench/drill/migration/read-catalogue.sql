-- What a prediction of locks needs of the catalogue, as one JSON document. Reads only.
WITH rel AS (
  SELECT c.*, n.nspname
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'i', 'I', 'v', 'm', 'S', 'f')
     AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\_temp%'
),
relations AS (
  SELECT json_build_object(
    'oid', c.oid::bigint,
    'schema', c.nspname,
    'name', c.relname,
    'kind', CASE c.relkind
      WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned' WHEN 'i' THEN 'index' WHEN 'I' THEN 'partitioned index'
      WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' ELSE 'foreign' END,
    'unlogged', c.relpersistence = 'u',
    'parents', ARRAY(SELECT i.inhparent::bigint FROM pg_inherits AS i WHERE i.inhrelid = c.oid),
    'partition', CASE WHEN NOT c.relispartition THEN 'no'
      WHEN pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT' THEN 'default' ELSE 'yes' END,
    'partitionKey', COALESCE((
      SELECT json_agg(a.attname ORDER BY k.place)
        FROM pg_partitioned_table AS p
       CROSS JOIN LATERAL unnest(p.partattrs::smallint[]) WITH ORDINALITY AS k (number, place)
        LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.number AND k.number > 0
       WHERE p.partrelid = c.oid), '[]'),
    'columns', COALESCE((
      SELECT json_agg(json_build_object(
          'name', a.attname,
          'type', t.typnamespace::regnamespace::text || '.' || t.typname,
          'typmod', a.atttypmod,
          'collation', l.collname,
          'notNull', a.attnotnull,
          'generated', CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END) ORDER BY a.attnum)
        FROM pg_attribute AS a
        JOIN pg_type AS t ON t.oid = a.atttypid
        LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
       WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'm', 'f')), '[]'),
    'constraints', COALESCE((
      SELECT json_agg(json_build_object(
          'name', o.conname,
          'kind', CASE o.contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign' WHEN 'p' THEN 'primary' WHEN 'u' THEN 'unique'
            WHEN 'x' THEN 'exclusion' ELSE 'not null' END,
          'validated', o.convalidated,
          'columns', ARRAY(SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum = ANY (o.conkey)),
          'condition', CASE o.contype WHEN 'c' THEN pg_get_expr(o.conbin, o.conrelid) END,
          'references', NULLIF(o.confrelid, 0)::bigint,
          'index', NULLIF(o.conindid, 0)::bigint))
        FROM pg_constraint AS o
       WHERE o.conrelid = c.oid AND o.contype IN ('c', 'f', 'p', 'u', 'x', 'n')), '[]'),
    'triggers', ARRAY(SELECT g.tgname FROM pg_trigger AS g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal),
    'policies', ARRAY(SELECT p.polname FROM pg_policy AS p WHERE p.polrelid = c.oid),
    'rules', ARRAY(SELECT r.rulename FROM pg_rewrite AS r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN'),
    'rowSecurity', c.relrowsecurity,
    'index', (
      SELECT json_build_object(
          'relation', x.indrelid::bigint,
          'unique', x.indisunique,
          'primary', x.indisprimary,
          'columns', ARRAY(
            SELECT DISTINCT a.attname
              FROM pg_attribute AS a
             WHERE a.attrelid = x.indrelid
               AND (a.attnum = ANY (x.indkey) OR EXISTS (
                 SELECT FROM pg_depend AS d
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                    AND d.refclassid = 'pg_class'::regclass AND d.refobjid = x.indrelid AND d.refobjsubid = a.attnum))),
          'expressions', x.indexprs IS NOT NULL OR x.indpred IS NOT NULL,
          'shape', substring(pg_get_indexdef(c.oid) FROM ' USING (.*)$'))
        FROM pg_index AS x WHERE x.indexrelid = c.oid),
    'owner', (
      SELECT json_build_object('relation', d.refobjid::bigint, 'column', a.attname)
        FROM pg_depend AS d
        JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
       WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid
         AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
       LIMIT 1),
    'reads', CASE WHEN c.relkind IN ('v', 'm') THEN ARRAY(
      SELECT DISTINCT d.refobjid::bigint
        FROM pg_rewrite AS r
        JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
       WHERE r.ev_class = c.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> c.oid)
      ELSE '{}'::bigint[] END,
    'needs', CASE WHEN c.relkind IN ('v', 'm') THEN COALESCE((
      SELECT json_agg(DISTINCT jsonb_build_object('relation', d.refobjid::bigint, 'column', a.attname))
        FROM pg_rewrite AS r
        JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
        JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
       WHERE r.ev_class = c.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> c.oid), '[]')
      ELSE '[]' END,
    'accessMethod', (SELECT m.amname FROM pg_am AS m WHERE m.oid = c.relam),
    'tablespace', COALESCE(
      (SELECT s.spcname FROM pg_tablespace AS s WHERE s.oid = c.reltablespace),
      (SELECT s.spcname FROM pg_database AS b JOIN pg_tablespace AS s ON s.oid = b.dattablespace
        WHERE b.datname = current_database()))
  ) AS document
    FROM rel AS c
),
constrained AS (
  SELECT t.oid,
         t.typnotnull OR EXISTS (SELECT FROM pg_constraint AS o WHERE o.contypid = t.oid AND o.contype = 'c') AS has
    FROM pg_type AS t WHERE t.typtype = 'd'
),
types AS (
  SELECT json_build_object(
    'name', t.typnamespace::regnamespace::text || '.' || t.typname,
    'kind', CASE t.typtype WHEN 'b' THEN 'base' WHEN 'c' THEN 'composite' WHEN 'd' THEN 'domain' WHEN 'e' THEN 'enum'
      WHEN 'p' THEN 'pseudo' WHEN 'r' THEN 'range' ELSE 'multirange' END,
    'base', b.typnamespace::regnamespace::text || '.' || b.typname,
    'constrained', COALESCE((SELECT has FROM constrained AS d WHERE d.oid = t.oid), false)
      OR COALESCE((SELECT has FROM constrained AS d WHERE d.oid = t.typbasetype), false)) AS document
    FROM pg_type AS t
    LEFT JOIN pg_type AS b ON b.oid = t.typbasetype
   WHERE t.typisdefined AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
)
SELECT json_build_object(
  'serverVersion', current_setting('server_version_num')::int,
  'searchPath', ARRAY(SELECT s FROM unnest(current_schemas(false)) AS s),
  'timeZone', current_setting('TimeZone'),
  'relations', COALESCE((SELECT json_agg(document) FROM relations), '[]'),
  'types', (SELECT json_agg(document) FROM types),
  'binaryCasts', (
    SELECT json_agg(concat(s.typnamespace::regnamespace, '.', s.typname, ' ', t.typnamespace::regnamespace, '.', t.typname))
      FROM pg_cast AS c JOIN pg_type AS s ON s.oid = c.castsource JOIN pg_type AS t ON t.oid = c.casttarget
     WHERE c.castmethod = 'b'),
  'functions', (
    SELECT json_agg(json_build_object(
        'name', f.name,
        'volatility', CASE f.worst WHEN 3 THEN 'volatile' WHEN 2 THEN 'stable' ELSE 'immutable' END,
        'inlined', f.inlined))
      FROM (
        SELECT p.pronamespace::regnamespace::text || '.' || p.proname AS name,
               max(CASE p.provolatile WHEN 'v' THEN 3 WHEN 's' THEN 2 ELSE 1 END) AS worst,
               bool_or(l.lanname = 'sql') AS inlined
          FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
         GROUP BY 1) AS f)
) AS catalogue
