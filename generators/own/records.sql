-- What was generated into a database that is the user's, and how to make its indexes and keys again.
CREATE SCHEMA IF NOT EXISTS bench;
COMMENT ON SCHEMA bench IS 'Olympus Bench: the record of generated rows';

CREATE TABLE IF NOT EXISTS bench.own (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),   -- a database holds one data set
  wanted  text NOT NULL,                                  -- hash of generators.yaml, the schema's columns, factor and seed
  factor  double precision NOT NULL,
  seed    bigint NOT NULL,
  state   text NOT NULL CHECK (state IN ('loading', 'ready')),
  tables  jsonb NOT NULL,                                 -- those that are filled, as SQL names them
  outcome jsonb
);

-- One row a unit of work, written in the transaction that loaded its rows.
CREATE TABLE IF NOT EXISTS bench.chunk (
  work text NOT NULL,
  unit integer NOT NULL,
  rows jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (work, unit)
);

-- Indexes and constraints that were dropped for the load and are built again after it.
CREATE TABLE IF NOT EXISTS bench.secondary (
  step       integer NOT NULL,
  relation   text NOT NULL,
  name       text NOT NULL,
  definition text NOT NULL,
  done       boolean NOT NULL DEFAULT false,
  PRIMARY KEY (relation, name, step)
);
