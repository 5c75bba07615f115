-- name: inventory/movements-of-level
-- what: how a stock level came to be what it is: its newest 50 movements
-- params: organization_id = tenant.id, inventory_level_id = level.id
-- expects: index scan on inventory_movements; rows of one tenant
-- weight: 0
SELECT organization_id, id, movement_type, quantity, previous_quantity, new_quantity, reason, created_at
FROM core.inventory_movements
WHERE organization_id = $1 AND inventory_level_id = $2
ORDER BY created_at DESC
LIMIT 50
