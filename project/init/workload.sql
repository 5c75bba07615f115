-- Statements of this database by the time they took; ours, and those of utilities, are left out.
SELECT min(query) AS query, sum(calls)::bigint AS calls, sum(total_exec_time) AS ms
FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND query !~* '^\s*(/\*.*?\*/\s*)?(begin|commit|rollback|end|abort|start|savepoint|release|set|reset|show|discard|vacuum|analyze|explain|create|alter|drop|grant|revoke|copy|truncate|listen|unlisten|notify|prepare|deallocate|declare|fetch|close|checkpoint|lock|refresh|reindex|cluster|comment|do|call|load|security)\M'
  AND query !~ '\mpg_(stat\w*|catalog|class|database|settings|namespace|attribute|roles|auth\w*|proc|index|indexes|tables|views|type|locks|extension|control_system|is_in_recovery|depend|description|db_role_setting|prepared_statements|largeobject\w*|partition_\w+|inherits|constraint|trigger|available_extensions|wal\w*|current_wal_lsn|last_wal\w*|get_\w+|show_\w+|relation_\w+|total_relation_size|table_size)\M'
  AND query !~ 'olympus|information_schema|\mcurrent_setting\(|\mset_config\(|\) AS drawn$'
GROUP BY queryid
ORDER BY sum(total_exec_time) DESC
LIMIT $1
