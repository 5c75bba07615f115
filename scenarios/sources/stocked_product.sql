-- name: stocked_product
-- what: a product of the tenant that has stock levels of its own
-- columns: product_id
SELECT product_id
FROM core.inventory_levels
WHERE organization_id = $1 AND product_id IS NOT NULL
ORDER BY uuid_hash_extended(id, $3), id
LIMIT $2
