-- name: sale
-- what: who ordered from the tenant, when, and how many pieces: an order as it might be placed once more
-- columns: user_id, email, quantity, created_at
SELECT user_id, customer_email AS email, 1 + (uuid_hash_extended(id, $3) & 3) AS quantity, created_at
FROM core.orders
WHERE organization_id = $1
ORDER BY uuid_hash_extended(id, $3), id
LIMIT $2
