-- What this login may do in this database, and what stands in the way of measuring it. $1: roles that it is to act as.
WITH relations AS (
  SELECT c.oid, n.nspname, n.oid AS schema, format('%I.%I', n.nspname, c.relname) AS name,
         has_schema_privilege(n.oid, 'USAGE') AS reached
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't' AND NOT c.relispartition
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend AS d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
)
SELECT r.rolname AS login, d.datname AS database, r.rolsuper AS superuser, r.rolsuper OR r.rolbypassrls AS "bypassesRls",
       r.rolsuper OR r.rolcreatedb AS "createsDatabases",
       pg_has_role(d.datdba, 'USAGE') AS "ownsDatabase", pg_get_userbyid(d.datdba) AS "databaseOwner",
       pg_has_role('pg_read_all_stats', 'USAGE') AS "readsAllStats",
       pg_has_role('pg_read_server_files', 'USAGE') AS "readsServerFiles",
       EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements') AS "hasStatStatements",
       current_setting('row_security') = 'on' AS "rowSecurity",
       (SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout') AS "statementTimeoutMs",
       (SELECT count(*)::int FROM relations) AS tables,
       (SELECT count(*)::int FROM relations
        WHERE reached AND (has_table_privilege(oid, 'SELECT') OR has_any_column_privilege(oid, 'SELECT'))) AS "readableTables",
       ARRAY(SELECT DISTINCT quote_ident(nspname) FROM relations WHERE NOT reached ORDER BY 1) AS "closedSchemas",
       ARRAY(SELECT name FROM relations
             WHERE reached AND NOT has_table_privilege(oid, 'SELECT') AND NOT has_any_column_privilege(oid, 'SELECT')
             ORDER BY 1) AS "closedTables",
       -- with row_security = off nothing is active, and what it would be is what counts
       ARRAY(SELECT rel.name FROM relations AS rel JOIN pg_class AS c ON c.oid = rel.oid
             WHERE rel.reached AND c.relrowsecurity AND NOT (r.rolsuper OR r.rolbypassrls)
               AND (c.relforcerowsecurity OR NOT pg_has_role(c.relowner, 'USAGE'))
             ORDER BY 1) AS "hiddenTables",
       ARRAY(SELECT name FROM unnest($1::text[]) AS name
             WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)) AS "absentRoles",
       ARRAY(SELECT name FROM unnest($1::text[]) AS name
             WHERE CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = name)
                        THEN NOT pg_has_role(name, 'MEMBER') ELSE false END) AS "closedRoles"
FROM pg_roles AS r, pg_database AS d
WHERE r.rolname = current_user AND d.datname = current_database()
