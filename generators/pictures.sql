-- name: tenants
-- Orders and products of each tenant, by rank.
SELECT row_number() OVER (ORDER BY orders DESC)::float8 AS x, orders::float8 AS y
FROM (SELECT count(*) AS orders FROM core.orders GROUP BY organization_id) t ORDER BY x;

-- name: days
SELECT extract(epoch FROM date_trunc('day', created_at AT TIME ZONE 'UTC'))::float8 / 86400 AS x, count(*)::float8 AS y
FROM core.orders GROUP BY 1 ORDER BY 1;

-- name: hours
SELECT extract(hour FROM created_at AT TIME ZONE 'UTC')::float8 AS x, count(*)::float8 AS y
FROM core.orders GROUP BY 1 ORDER BY 1;

-- name: popularity
-- Pieces of the whale's products, most sold first.
SELECT row_number() OVER (ORDER BY sum(quantity) DESC)::float8 AS x, sum(quantity)::float8 AS y
FROM core.order_items
WHERE organization_id = (SELECT id FROM core.organizations WHERE slug = 'titan-retail') AND product_id IS NOT NULL
GROUP BY product_id ORDER BY 1;

-- name: words
-- In how many descriptions each word stem occurs, by rank.
SELECT row_number() OVER (ORDER BY ndoc DESC)::float8 AS x, ndoc::float8 AS y
FROM ts_stat('SELECT search_vector FROM core.products') ORDER BY 1;

-- name: prices
-- Prices in equal steps of their logarithm: eight to a doubling.
SELECT power(2, floor(log(2.0, price_cents) * 8) / 8)::float8 / 100 AS x, count(*)::float8 AS y
FROM core.products GROUP BY 1 ORDER BY 1;
