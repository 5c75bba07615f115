-- name: shelf
-- what: a category of the tenant and a price range around one of its products
-- columns: category_id, price_low, price_high
SELECT category_id, price_cents * 3 / 4 AS price_low, price_cents * 5 / 4 AS price_high
FROM core.products
WHERE organization_id = $1 AND status = 'active' AND deleted_at IS NULL AND category_id IS NOT NULL
ORDER BY uuid_hash_extended(id, $3), id
LIMIT $2
