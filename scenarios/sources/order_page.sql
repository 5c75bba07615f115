-- name: order_page
-- what: a page of the tenant's orders, newest first: how many rows lie before it, and the last of those rows
-- columns: skip, created_at, id
SELECT skip, created_at, id
FROM (
  SELECT row_number() OVER (ORDER BY created_at DESC, id DESC) AS skip, created_at, id
  FROM core.orders
  WHERE organization_id = $1
) AS numbered
ORDER BY uuid_hash_extended(id, $3), id
LIMIT $2
