-- name: buyer
-- what: a user who ordered from the tenant, as often as he ordered
-- columns: user_id
SELECT user_id
FROM core.orders
WHERE organization_id = $1 AND user_id IS NOT NULL
ORDER BY uuid_hash_extended(id, $3), id
LIMIT $2
