-- name: inventory/of-variant
-- what: the stock of one variant at each location
-- params: organization_id = tenant.id, variant_id = stocked_variant.variant_id
-- expects: index scan on inventory_levels; at most 10 ms; rows of one tenant
-- weight: 0
SELECT organization_id, location_id, available, reserved, incoming
FROM core.inventory_levels
WHERE organization_id = $1 AND variant_id = $2
