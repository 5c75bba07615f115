-- Tables with rows whose statistics pg_stats does not show this login: no right to read a column, or row-level security.
SELECT format('%I.%I', n.nspname, c.relname) AS name
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm', 'p') AND c.reltuples > 0
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND (row_security_active(c.oid) OR NOT has_any_column_privilege(c.oid, 'SELECT')
       OR EXISTS (SELECT FROM pg_attribute AS a
                  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                    AND NOT has_column_privilege(c.oid, a.attnum, 'SELECT')))
ORDER BY 1
