-- name: inventory/level
-- what: one stock level by its id
-- params: organization_id = tenant.id, id = level.id
-- expects: index scan on inventory_levels; at most 10 ms; rows of one tenant
-- weight: 0
SELECT organization_id, id, product_id, variant_id, location_id, available, reserved, incoming
FROM core.inventory_levels
WHERE organization_id = $1 AND id = $2
