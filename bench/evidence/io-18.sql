-- PostgreSQL 18 and later: bytes are counted, and WAL is an object of its own.
SELECT concat_ws('/', backend_type, object, context) AS key, backend_type, object, context,
  reads::float8, read_bytes::float8, read_time AS read_ms,
  writes::float8, write_bytes::float8, write_time AS write_ms,
  extends::float8, hits::float8, evictions::float8, fsyncs::float8, fsync_time AS fsync_ms
FROM pg_stat_io
