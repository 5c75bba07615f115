-- name: level
-- what: a stock level of the tenant: of a product or a variant at a location
-- columns: id
SELECT id
FROM core.inventory_levels
WHERE organization_id = $1
ORDER BY uuid_hash_extended(id, $3), id
LIMIT $2
