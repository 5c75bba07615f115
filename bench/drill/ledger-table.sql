-- The drill's own table: nothing of the data set is written.
DROP SCHEMA IF EXISTS olympus_drill CASCADE;
CREATE SCHEMA olympus_drill;
CREATE TABLE olympus_drill.ledger (
  token text PRIMARY KEY,
  written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT USAGE ON SCHEMA olympus_drill TO PUBLIC;
GRANT SELECT, INSERT ON olympus_drill.ledger TO PUBLIC;
