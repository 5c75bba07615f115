-- name: unsound
-- Indexes and constraints that do not hold what they promise, or were not built again.
SELECT format('the index %s is invalid', i.indexrelid::regclass) AS finding
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
WHERE t.relnamespace IN ('core'::regnamespace, 'audit'::regnamespace, 'archive'::regnamespace) AND NOT i.indisvalid
UNION ALL
SELECT format('the constraint %I of %s is not validated', conname, conrelid::regclass)
FROM pg_constraint
WHERE connamespace IN ('core'::regnamespace, 'audit'::regnamespace, 'archive'::regnamespace) AND NOT convalidated
UNION ALL
SELECT format('%s of %s was dropped for the load and is not built again', name, relation)
FROM bench.secondary WHERE NOT done;

-- name: foreign_keys
-- Of every foreign key of core: a statement that counts the rows without their target.
SELECT format('%I of %s', c.conname, c.conrelid::regclass) AS key,
  format('SELECT count(*) AS orphans FROM %s a WHERE num_nulls(%s) = 0 AND NOT EXISTS (SELECT FROM %s b WHERE %s)',
    c.conrelid::regclass,
    string_agg(format('a.%I', x.attname), ', '),
    c.confrelid::regclass,
    string_agg(format('b.%I = a.%I', y.attname, x.attname), ' AND ')) AS statement
FROM pg_constraint c
CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k (ours, theirs)
JOIN pg_attribute x ON x.attrelid = c.conrelid AND x.attnum = k.ours
JOIN pg_attribute y ON y.attrelid = c.confrelid AND y.attnum = k.theirs
WHERE c.contype = 'f' AND c.conparentid = 0 AND c.connamespace = 'core'::regnamespace
GROUP BY c.oid, c.conname, c.conrelid, c.confrelid
ORDER BY key;

-- name: totals
-- Orders whose amounts are not the sums of their items', or do not add up.
SELECT count(*) AS wrong, min(o.order_number) AS example
FROM core.orders o
LEFT JOIN (
  SELECT organization_id, order_created_at, order_id, sum(total_cents) AS subtotal, sum(tax_cents) AS tax
  FROM core.order_items GROUP BY 1, 2, 3
) i ON i.organization_id = o.organization_id AND i.order_created_at = o.created_at AND i.order_id = o.id
WHERE (o.subtotal_cents, o.tax_cents) IS DISTINCT FROM (i.subtotal, i.tax)
   OR o.total_cents <> o.subtotal_cents - o.discount_cents + o.shipping_cents + o.tax_cents;

-- name: items
SELECT count(*) AS wrong, min(id::text) AS example
FROM core.order_items WHERE total_cents <> quantity * unit_price_cents - discount_cents;

-- name: stock
-- Levels whose movements do not add up to what they have.
SELECT count(*) AS wrong, min(l.id::text) AS example
FROM core.inventory_levels l
LEFT JOIN (SELECT inventory_level_id, sum(quantity) AS moved FROM core.inventory_movements GROUP BY 1) m
  ON m.inventory_level_id = l.id
WHERE l.available IS DISTINCT FROM m.moved;

-- name: references
-- Movements for an order that is not there, or sales at another time than their order's.
SELECT count(*) AS wrong, min(m.id::text) AS example
FROM core.inventory_movements m
LEFT JOIN core.orders o ON o.id = m.reference_id AND o.organization_id = m.organization_id
WHERE m.reference_id IS NOT NULL
  AND (o.id IS NULL OR m.created_at < o.created_at OR (m.movement_type = 'sale' AND m.created_at <> o.created_at));

-- name: on_hand
-- Products whose stock is not the sum over their levels and their variants' levels.
SELECT count(*) AS wrong, min(p.id::text) AS example
FROM core.products p
LEFT JOIN (
  SELECT coalesce(l.product_id, v.product_id) AS product_id, sum(l.available) AS available
  FROM core.inventory_levels l LEFT JOIN core.product_variants v ON v.id = l.variant_id GROUP BY 1
) s ON s.product_id = p.id
WHERE p.inventory_quantity <> coalesce(s.available, 0);

-- name: counters
-- Months of a tenant whose counter is not its highest order number.
SELECT count(*) AS wrong, min(period) AS example
FROM core.order_counters c
FULL JOIN (
  SELECT organization_id, split_part(order_number, '-', 2) AS period, max(split_part(order_number, '-', 3)::bigint) AS highest
  FROM core.orders GROUP BY 1, 2
) o USING (organization_id, period)
WHERE c.last_value IS DISTINCT FROM o.highest;

-- name: owners
-- Tenants without exactly one owner who is active and has accepted.
SELECT count(*) AS wrong, min(slug) AS example
FROM core.organizations o
WHERE 1 <> (
  SELECT count(*) FROM core.organization_members m
  WHERE m.organization_id = o.id AND m.role = 'owner' AND m.status = 'active' AND m.accepted_at IS NOT NULL);

-- name: logged
-- Entries of the log about products or orders that are not there, or from before they were.
SELECT count(*) AS wrong, min(l.record_id::text) AS example
FROM audit.logs l
LEFT JOIN core.products p ON l.table_name = 'core.products' AND p.organization_id = l.organization_id AND p.id = l.record_id
LEFT JOIN core.orders o ON l.table_name = 'core.orders' AND o.organization_id = l.organization_id AND o.id = l.record_id
WHERE l.table_name IN ('core.products', 'core.orders') AND l.action <> 'INSERT'
  AND (coalesce(p.id, o.id) IS NULL OR l.created_at < coalesce(p.created_at, o.created_at));

-- name: archived
-- Archived orders that are still in core, or whose items do not add up to them; and items without their order.
SELECT count(*) AS wrong, min(coalesce(o.order_number, i.order_id::text)) AS example
FROM archive.orders o
FULL JOIN (
  SELECT organization_id, order_created_at, order_id, sum(total_cents) AS subtotal FROM archive.order_items GROUP BY 1, 2, 3
) i ON i.organization_id = o.organization_id AND i.order_created_at = o.created_at AND i.order_id = o.id
WHERE o.subtotal_cents IS DISTINCT FROM i.subtotal
   OR EXISTS (SELECT FROM core.orders c WHERE c.organization_id = o.organization_id AND c.created_at = o.created_at AND c.id = o.id);

-- name: largest
-- Orders of the largest tenants, most first.
SELECT count(*)::float8 AS orders FROM core.orders GROUP BY organization_id ORDER BY 1 DESC LIMIT 100;

-- name: shape
-- What the statements with GIN indexes and full-text search were given, over the first 5,000 products (which lie
-- scattered over the tenants): each value with the bounds of chance; none when there are fewer.
WITH sample AS MATERIALIZED (
  SELECT metadata, tags, search_vector, organization_id, category_id, price_cents FROM core.products LIMIT 5000
), word AS (
  SELECT row_number() OVER (ORDER BY ndoc DESC) AS rank, ndoc / 5000.0 AS share
  FROM ts_stat('SELECT search_vector FROM core.products LIMIT 5000')
), measured (what, value, low, high) AS (
  SELECT 'products with metadata @> {"featured": true}', avg((metadata @> '{"featured": true}')::int), 0.03, 0.05 FROM sample
  UNION ALL
  SELECT 'products of the most frequent brand', max(n) / 5000.0, 0.065, 0.1
  FROM (SELECT count(*) AS n FROM sample GROUP BY metadata ->> 'brand') brand
  UNION ALL
  SELECT 'products of the least frequent brand', min(n) / 5000.0, 0.0006, 0.005
  FROM (SELECT count(*) AS n FROM sample GROUP BY metadata ->> 'brand') brand
  UNION ALL
  SELECT 'products with the most frequent tag', max(n) / 5000.0, 0.3, 0.44
  FROM (SELECT count(*) AS n FROM sample, unnest(tags) AS tag GROUP BY tag) tagged
  UNION ALL
  -- Zipf's law: a word of rank r in about 50 words is found with 1 - (1 - 1/(8.4 r))^50; names and stems add to it.
  SELECT format('products with the word of rank %s', rank), share, low, high
  FROM word JOIN (VALUES (1, 0.95, 1), (10, 0.35, 0.65), (100, 0.04, 0.12), (1000, 0.003, 0.015)) AS law (rank, low, high) USING (rank)
)
SELECT what, value::float8, low::float8, high::float8 FROM measured
WHERE (SELECT count(*) FROM sample) = 5000;
