-- One message, so that no round trip lies between COMMIT and the LSN that is noted for it.
--
-- Which LSN: the WAL flush position. A commit that was acknowledged is flushed, so its record ends at or before this
-- point; and the walsender sends flushed WAL only. pg_current_wal_insert_lsn() would count records of others that
-- nobody flushed yet, and a replica cannot have those: the wait for the next flush would pass for lag.
-- What others flushed between our COMMIT and this SELECT (microseconds) is counted in: an upper bound.
BEGIN;
INSERT INTO bench.lag_probe DEFAULT VALUES
  RETURNING id, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS before_commit;
COMMIT;
SELECT pg_current_wal_flush_lsn() - '0/0'::pg_lsn AS lsn,
  (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS after_commit;
