-- Nobody vacuums it but the drill, and what it grew to stays: a truncation would wait for readers of the replica.
DROP SCHEMA IF EXISTS olympus_drill CASCADE;
CREATE SCHEMA olympus_drill;
CREATE TABLE olympus_drill.held (id int PRIMARY KEY, changes int NOT NULL DEFAULT 0, filler text NOT NULL)
  WITH (autovacuum_enabled = false, vacuum_truncate = false);
INSERT INTO olympus_drill.held (id, filler) SELECT n, repeat('x', 300) FROM generate_series(1, 4000) AS n;
