-- PostgreSQL 17 and later: the checkpointer has a view of its own, and what backends write is in pg_stat_io only.
SELECT
  w.wal_records::float8, w.wal_fpi::float8 AS wal_full_pages, w.wal_bytes::float8,
  w.wal_buffers_full::float8,
  c.num_timed::float8 AS checkpoints_timed, c.num_requested::float8 AS checkpoints_requested,
  c.buffers_written::float8 AS checkpoint_buffers,
  c.write_time AS checkpoint_write_ms, c.sync_time AS checkpoint_sync_ms,
  b.buffers_clean::float8 AS background_writer_buffers, NULL::float8 AS backend_buffers,
  b.buffers_alloc::float8 AS allocated_buffers
FROM pg_stat_wal AS w, pg_stat_bgwriter AS b, pg_stat_checkpointer AS c
