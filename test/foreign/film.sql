-- Films that are lent: foreign keys, an enumeration, a view, functions, a trigger, a materialised view, full text.
CREATE EXTENSION pg_stat_statements;
CREATE TYPE rating AS ENUM ('all', 'teens', 'adults');
CREATE TABLE actor (actor_id serial PRIMARY KEY, first_name text NOT NULL, last_name text NOT NULL, changed timestamptz NOT NULL DEFAULT now());
CREATE TABLE film (film_id serial PRIMARY KEY, title text NOT NULL, price numeric(4, 2) NOT NULL, minutes smallint, rating rating, words tsvector NOT NULL);
CREATE TABLE film_actor (actor_id int REFERENCES actor, film_id int REFERENCES film, PRIMARY KEY (actor_id, film_id));
CREATE TABLE customer (customer_id serial PRIMARY KEY, email text, active bool NOT NULL, since date);
CREATE TABLE inventory (inventory_id serial PRIMARY KEY, film_id int NOT NULL REFERENCES film, shelf int NOT NULL);
CREATE TABLE rental (rental_id serial PRIMARY KEY, rental_date timestamptz NOT NULL, inventory_id int NOT NULL REFERENCES inventory, customer_id int NOT NULL REFERENCES customer, return_date timestamptz);
CREATE TABLE payment (payment_id serial PRIMARY KEY, customer_id int NOT NULL REFERENCES customer, rental_id int REFERENCES rental, amount numeric(5, 2) NOT NULL, paid timestamptz NOT NULL);
CREATE VIEW film_list AS
  SELECT f.film_id, f.title, string_agg(a.first_name || ' ' || a.last_name, ', ') AS actors
  FROM film AS f LEFT JOIN film_actor USING (film_id) LEFT JOIN actor AS a USING (actor_id) GROUP BY f.film_id;
CREATE MATERIALIZED VIEW sales AS SELECT customer_id, sum(amount) AS total FROM payment GROUP BY customer_id WITH NO DATA;
CREATE FUNCTION in_stock(f int) RETURNS SETOF int LANGUAGE sql STABLE AS $$ SELECT inventory_id FROM inventory WHERE film_id = f $$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed = now(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON actor FOR EACH ROW EXECUTE FUNCTION touch();
INSERT INTO actor (first_name, last_name) SELECT 'First' || n % 17, 'Last' || n FROM generate_series(1, 60) AS n;
INSERT INTO film (title, price, minutes, rating, words)
  SELECT 'Film ' || n, n % 5 + 0.99, 60 + n % 120, (enum_range(null::rating))[1 + n % 3], to_tsvector('simple', 'film tale ' || n % 30)
  FROM generate_series(1, 300) AS n;
INSERT INTO film_actor SELECT 1 + n % 60, 1 + n % 300 FROM generate_series(0, 299) AS n;
INSERT INTO customer (email, active, since) SELECT 'c' || n || '@example.com', n % 20 <> 0, date '2025-01-01' + n FROM generate_series(1, 400) AS n;
INSERT INTO inventory (film_id, shelf) SELECT 1 + n % 300, n % 9 FROM generate_series(1, 900) AS n;
INSERT INTO rental (rental_date, inventory_id, customer_id, return_date)
  SELECT timestamptz '2026-01-01' + n * interval '3 minutes', 1 + n * 7 % 900, 1 + n * 11 % 400, CASE WHEN n % 50 > 0 THEN timestamptz '2026-02-01' END
  FROM generate_series(1, 12000) AS n;
INSERT INTO payment (customer_id, rental_id, amount, paid) SELECT customer_id, rental_id, 0.99 + rental_id % 7, rental_date FROM rental;
REFRESH MATERIALIZED VIEW sales;
CREATE INDEX ON payment (customer_id);
CREATE INDEX ON film USING gin (words);
ANALYZE;
