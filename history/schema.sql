-- Derived from the run directories: it may be deleted at any time, and is built again.
CREATE TABLE runs (
  no         INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  modified   REAL NOT NULL,
  size       INTEGER NOT NULL,
  why        TEXT,               -- why it cannot be read; the other columns are empty then
  started_at TEXT,
  suite      TEXT,               -- of a run of another kind than bench its kind: they are no series together
  data       TEXT,               -- scale and seed
  key        TEXT,               -- fingerprint, and the control's digest of a night
  night      INTEGER,
  verdict    TEXT,
  complete   INTEGER,
  "commit"   TEXT,
  control    TEXT,               -- digest of the pinned control
  void       TEXT                -- why the times of this night count for nothing
) STRICT;

CREATE TABLE keys (
  key   TEXT PRIMARY KEY,
  facts TEXT NOT NULL            -- what the fingerprint is made of, as JSON
) STRICT;

CREATE TABLE metrics (
  no   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  unit TEXT NOT NULL,
  kind TEXT NOT NULL,            -- figure, ratio (stored as its logarithm) or flag
  rank INTEGER NOT NULL          -- what decides comes first
) STRICT;

CREATE TABLE points (
  metric  INTEGER NOT NULL,
  run     INTEGER NOT NULL,
  value   REAL,
  control REAL,                  -- the control's own figure, of a night
  state   TEXT,
  since   TEXT,
  level   REAL,
  "limit" REAL,
  PRIMARY KEY (metric, run)
) STRICT, WITHOUT ROWID;

CREATE INDEX points_of_run ON points (run);
