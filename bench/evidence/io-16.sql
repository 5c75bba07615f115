-- PostgreSQL 16 and 17: every operation of a row moves op_bytes.
SELECT concat_ws('/', backend_type, object, context) AS key, backend_type, object, context,
  reads::float8, (reads * op_bytes)::float8 AS read_bytes, read_time AS read_ms,
  writes::float8, (writes * op_bytes)::float8 AS write_bytes, write_time AS write_ms,
  extends::float8, hits::float8, evictions::float8, fsyncs::float8, fsync_time AS fsync_ms
FROM pg_stat_io
