-- name: inventory/low-stock
-- what: the 50 places that run out first: fewer than ten pieces there (B4, 1: partial index)
-- params: organization_id = tenant.id
-- expects: index scan on inventory_levels; rows of one tenant
-- weight: 0
SELECT organization_id, id, product_id, variant_id, location_id, available, incoming
FROM core.inventory_levels
WHERE organization_id = $1 AND available < 10
ORDER BY available
LIMIT 50
