-- name: stocked_variant
-- what: a variant of the tenant's products that has stock levels
-- columns: variant_id
SELECT variant_id
FROM core.inventory_levels
WHERE organization_id = $1 AND variant_id IS NOT NULL
ORDER BY uuid_hash_extended(id, $3), id
LIMIT $2
