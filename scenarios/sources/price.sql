-- name: price
-- what: an active product of the tenant as somebody read it: its version, and a price that differs by one cent
-- columns: product_id, price_cents, version
SELECT id AS product_id, price_cents + 1 AS price_cents, version
FROM core.products
WHERE organization_id = $1 AND status = 'active' AND deleted_at IS NULL
ORDER BY uuid_hash_extended(id, $3), id
LIMIT $2
