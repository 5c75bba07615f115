-- what: the tables that the patterns change, in the copy that they are drilled on
CREATE SCHEMA patterns;
CREATE TABLE patterns.customers (id bigint PRIMARY KEY, name text NOT NULL);
INSERT INTO patterns.customers SELECT g, 'customer ' || g FROM generate_series(1, 5000) AS g;
CREATE TABLE patterns.orders (
  id bigint PRIMARY KEY,
  customer_id bigint NOT NULL,
  total integer NOT NULL,
  status text,
  note text,
  placed_at timestamptz NOT NULL
);
INSERT INTO patterns.orders
SELECT g, 1 + g % 5000, g % 1000, 'paid', repeat('x', 80), timestamptz '2026-01-01' + g * interval '1 minute'
  FROM generate_series(1, 200000) AS g;
ANALYZE patterns.customers, patterns.orders;
