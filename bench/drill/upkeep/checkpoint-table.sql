-- Many full pages: the first change of each after a checkpoint writes all of it into the WAL.
DROP SCHEMA IF EXISTS olympus_drill CASCADE;
CREATE SCHEMA olympus_drill;
CREATE TABLE olympus_drill.pages (id int PRIMARY KEY, changes int NOT NULL DEFAULT 0, filler text NOT NULL)
  WITH (autovacuum_enabled = false, fillfactor = 85);
INSERT INTO olympus_drill.pages (id, filler) SELECT n, repeat('x', 1000) FROM generate_series(1, 30000) AS n;
GRANT USAGE ON SCHEMA olympus_drill TO PUBLIC;
GRANT SELECT, UPDATE ON olympus_drill.pages TO PUBLIC;
