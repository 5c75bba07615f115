-- The generator's own marks. They live beside the data, in the same transactions, so that they are never wrong.
CREATE SCHEMA IF NOT EXISTS bench;
GRANT USAGE ON SCHEMA bench TO PUBLIC;

CREATE TABLE IF NOT EXISTS bench.dataset (
  one       boolean PRIMARY KEY DEFAULT true CHECK (one),   -- a database holds one data set
  scale     text NOT NULL,
  counts    jsonb NOT NULL,                                 -- what the scale meant
  seed      bigint NOT NULL,
  generator integer NOT NULL,                               -- version of the generator
  shards    integer NOT NULL,                               -- in how many parts it is loaded
  appended  integer NOT NULL DEFAULT 0,                     -- days of business added after the window
  state     text NOT NULL CHECK (state IN ('loading', 'ready')),
  digest    text,
  seconds   double precision,
  tables    jsonb,                                          -- for the report: rows, bytes, rows per second
  digests   jsonb                                           -- for --verify: count and sum of hashes of each table
);
ALTER TABLE bench.dataset
  ADD COLUMN IF NOT EXISTS live   boolean NOT NULL DEFAULT false,  -- loaded with indexes, keys and triggers on
  ADD COLUMN IF NOT EXISTS ingest double precision,                -- seconds until every row, index and key was there
  ADD COLUMN IF NOT EXISTS stages jsonb,                           -- of these, and what came after: name and seconds
  ADD COLUMN IF NOT EXISTS signs  jsonb;                           -- how the tables looked when they were right last
GRANT SELECT ON bench.dataset TO PUBLIC;

-- One row a table of a unit of work, written in the transaction that loaded its rows.
CREATE TABLE IF NOT EXISTS bench.chunk (
  work   text NOT NULL,
  unit   integer NOT NULL,
  rows   jsonb NOT NULL DEFAULT '{}',                       -- table: { rows, bytes, ms }
  PRIMARY KEY (work, unit)
);
GRANT SELECT, INSERT, UPDATE ON bench.chunk TO olympus_service;   -- loads into live tables as this role

-- Indexes and constraints that were dropped for the load and are built again after it.
CREATE TABLE IF NOT EXISTS bench.secondary (
  step       integer NOT NULL,
  relation   text NOT NULL,
  name       text NOT NULL,
  definition text NOT NULL,
  done       boolean NOT NULL DEFAULT false,
  PRIMARY KEY (relation, name, step)
);
