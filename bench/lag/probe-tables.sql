-- The measure's own tables: nothing of the dataset is written. lag_load's rows are as wide as an order's.
DROP TABLE IF EXISTS bench.lag_probe, bench.lag_load;
CREATE TABLE bench.lag_probe (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE bench.lag_load (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id uuid NOT NULL DEFAULT gen_random_uuid(),
  status text NOT NULL DEFAULT 'pending',
  total_cents bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  address jsonb NOT NULL DEFAULT jsonb_build_object('street', repeat('x', 120), 'city', repeat('y', 40))
) WITH (fillfactor = 70);
INSERT INTO bench.lag_load (total_cents) SELECT n FROM generate_series(1, 4000) AS n;
