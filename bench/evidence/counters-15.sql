-- PostgreSQL 15 and 16: the checkpointer is told in pg_stat_bgwriter.
SELECT
  w.wal_records::float8, w.wal_fpi::float8 AS wal_full_pages, w.wal_bytes::float8,
  w.wal_buffers_full::float8,
  b.checkpoints_timed::float8, b.checkpoints_req::float8 AS checkpoints_requested,
  b.buffers_checkpoint::float8 AS checkpoint_buffers,
  b.checkpoint_write_time AS checkpoint_write_ms, b.checkpoint_sync_time AS checkpoint_sync_ms,
  b.buffers_clean::float8 AS background_writer_buffers, b.buffers_backend::float8 AS backend_buffers,
  b.buffers_alloc::float8 AS allocated_buffers
FROM pg_stat_wal AS w, pg_stat_bgwriter AS b
