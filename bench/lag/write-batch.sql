-- $1, $2: first and last id of the rows to change. One commit: ten new rows, the others changed.
WITH added AS (
  INSERT INTO bench.lag_load (total_cents) SELECT n FROM generate_series(1, 10) AS n
)
UPDATE bench.lag_load
SET total_cents = total_cents + 1, status = 'paid', updated_at = clock_timestamp()
WHERE id BETWEEN $1 AND $2
