-- name: order
-- what: an order of the tenant; an order is found by its id and its created_at (the partition key)
-- columns: id, created_at, status, number, user_id
SELECT id, created_at, status, order_number AS number, user_id
FROM core.orders
WHERE organization_id = $1
ORDER BY uuid_hash_extended(id, $3), id
LIMIT $2
