-- name: sold
-- what: a product that the tenant sold, as often as it was ordered, and thirty days that end with such a sale (UTC)
-- columns: product_id, from, to
SELECT product_id, day - interval '29 days' AS "from", day + interval '1 day' AS "to"
FROM (
  SELECT product_id, date_trunc('day', order_created_at, 'UTC') AS day
  FROM core.order_items
  WHERE organization_id = $1 AND product_id IS NOT NULL
  ORDER BY uuid_hash_extended(id, $3), id
  LIMIT $2
) AS item
