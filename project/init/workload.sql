-- Statements of this database by the time they took: those that name a table, view or function of its own. Ours, and
-- utilities, are left out. Where the harness was the first to send a statement the server keeps its text behind our PREPARE or
-- EXPLAIN: it is the statement behind that counts, and only where the server has not kept it by itself too.
WITH own AS (
  SELECT DISTINCT lower(replace(name, '"', '""')) AS name FROM (
    SELECT c.relname::text, c.relnamespace, 'pg_class'::regclass, c.oid FROM pg_class AS c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
    UNION ALL
    SELECT p.proname::text, p.pronamespace, 'pg_proc'::regclass, p.oid FROM pg_proc AS p
  ) AS object (name, namespace, class, oid)
  JOIN pg_namespace AS n ON n.oid = object.namespace AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  WHERE NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = object.class AND d.objid = object.oid AND d.deptype = 'e')
), kept AS (
  SELECT query AS text, regexp_replace(query, behind, '', 'i') AS query, query ~* behind AS sent_by_us, calls, total_exec_time
  FROM statements_of_extension, (VALUES ('^\s*(explain \((analyze|verbose)[^()]*\)|prepare olympus_\w+ as)\s+')) AS ours (behind)
  WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND toplevel
)
SELECT query, sum(calls)::bigint AS calls, sum(total_exec_time) AS ms
FROM kept
WHERE (query = '<insufficient privilege>' OR EXISTS (SELECT FROM own WHERE position(own.name IN lower(kept.query)) > 0))
  AND NOT (sent_by_us AND EXISTS (SELECT FROM kept AS plain WHERE plain.query = kept.query AND NOT plain.sent_by_us))
  AND query !~* '^\s*(/\*.*?\*/\s*)?(begin|commit|rollback|end|abort|start|savepoint|release|set|reset|show|discard|vacuum|analyze|explain|create|alter|drop|grant|revoke|copy|truncate|listen|unlisten|notify|prepare|execute|deallocate|declare|fetch|close|checkpoint|lock|refresh|reindex|cluster|comment|do|call|load|security)\M'
  AND query !~ '\mpg_(stat\w*|catalog|class|database|settings|namespace|attribute|roles|auth\w*|proc|index|indexes|tables|views|type|locks|extension|control_system|is_in_recovery|depend|description|db_role_setting|prepared_statements|largeobject\w*|partition_\w+|inherits|constraint|trigger|policies|policy|available_extensions|wal\w*|current_wal_lsn|last_wal\w*|get_\w+|show_\w+|relation_\w+|total_relation_size|table_size)\M'
  AND query !~ 'olympus|information_schema|\mcurrent_setting\(|\mset_config\(|\) AS drawn$'
GROUP BY query
ORDER BY sum(total_exec_time) DESC
LIMIT $1
