-- What the policies are to guard: tables with row-level security, what inherits from them (a partition is read past its
-- parent's policies), and views of any of these. $1: the column that says whose a row is. As the session may read it.
WITH RECURSIVE leads AS (
  SELECT inhparent AS behind, inhrelid AS before FROM pg_inherits
  UNION
  SELECT d.refobjid, w.ev_class
  FROM pg_rewrite AS w
  JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
  WHERE d.refobjid <> w.ev_class
), guarded AS (
  SELECT oid FROM pg_class WHERE relrowsecurity
  UNION
  SELECT leads.before FROM guarded JOIN leads ON leads.behind = guarded.oid
)
SELECT n.nspname AS schema, c.relname AS name, c.relrowsecurity AND row_security_active(c.oid) AS bound,
       has_schema_privilege(n.oid, 'USAGE')
         AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT')) AS readable,
       a.attnum IS NOT NULL AND has_schema_privilege(n.oid, 'USAGE')
         AND has_column_privilege(c.oid, a.attnum, 'SELECT') AS "saysWhose"
FROM guarded
JOIN pg_class AS c ON c.oid = guarded.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = $1 AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY 1, 2
