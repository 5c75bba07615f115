-- name: orders/create
-- what: an order of one product at its present price, with its item, in one statement: no row when the product is not
--   for sale. created_at is passed, because the data ends before today
-- params: organization_id = tenant.id, user_id = sale.user_id, email = sale.email, product_id = product.id,
--   quantity = sale.quantity, created_at = sale.created_at
-- expects: index scan on products
-- weight: 2
-- kind: write
WITH product AS (
  SELECT id, name, sku, price_cents
  FROM core.products
  WHERE organization_id = $1 AND id = $4 AND status = 'active' AND deleted_at IS NULL
), placed AS (
  INSERT INTO core.orders (organization_id, user_id, customer_email, subtotal_cents, total_cents, created_at)
  SELECT $1, $2::uuid, $3::text, price_cents::bigint * $5::integer, price_cents::bigint * $5::integer, $6::timestamptz
  FROM product
  RETURNING organization_id, id, order_number, status, total_cents, created_at
), item AS (
  INSERT INTO core.order_items (organization_id, order_id, order_created_at, product_id, product_snapshot, quantity,
                                unit_price_cents, total_cents)
  SELECT o.organization_id, o.id, o.created_at, p.id, jsonb_build_object('name', p.name, 'sku', p.sku), $5::integer,
         p.price_cents, o.total_cents
  FROM placed AS o, product AS p
)
SELECT organization_id, id, order_number, status, total_cents, created_at
FROM placed
