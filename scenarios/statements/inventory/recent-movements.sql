-- name: inventory/recent-movements
-- what: newest 50 changes of the tenant's stock
-- params: organization_id = tenant.id
-- expects: index scan on inventory_movements; rows of one tenant
-- weight: 0
SELECT organization_id, id, inventory_level_id, movement_type, quantity, new_quantity, created_at
FROM core.inventory_movements
WHERE organization_id = $1
ORDER BY created_at DESC, id DESC
LIMIT 50
