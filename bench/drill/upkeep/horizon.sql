-- What replica2 has the primary keep: in its slot where it has one, else in its sender. Null: it asks for nothing.
SELECT bool_or(sender.state = 'streaming') AS streams,
       max(age(coalesce(slot.xmin, sender.backend_xmin)))::int AS held_xids,
       max(pg_current_wal_insert_lsn() - sender.replay_lsn)::float8 AS behind_bytes
  FROM pg_stat_replication AS sender
  LEFT JOIN pg_replication_slots AS slot ON slot.active_pid = sender.pid
 WHERE sender.application_name = 'replica2'
