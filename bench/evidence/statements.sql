-- Without the texts, which would be read from a file: $1 = false. With them, for the queries of $2. PostgreSQL 15 to 18.
SELECT concat_ws('/', userid, queryid, toplevel) AS key, queryid::text AS query_id, query, toplevel,
  calls::float8, total_exec_time AS execution_ms, rows::float8,
  shared_blks_hit::float8 AS blocks_hit, shared_blks_read::float8 AS blocks_read,
  shared_blks_dirtied::float8 AS blocks_dirtied,
  temp_blks_written::float8 AS temp_blocks_written, wal_bytes::float8
FROM pg_stat_statements($1)
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND queryid IS NOT NULL AND ($2::text[] IS NULL OR queryid::text = ANY ($2))
