-- name: brand
-- what: a brand of the tenant's products, as often as it is used
-- columns: brand
SELECT metadata ->> 'brand' AS brand
FROM core.products
WHERE organization_id = $1 AND deleted_at IS NULL AND metadata ->> 'brand' IS NOT NULL
ORDER BY uuid_hash_extended(id, $3), id
LIMIT $2
