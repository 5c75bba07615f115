-- name: orders/ship
-- what: an order is marked as shipped; created_at is passed, so that only its month is read
-- params: organization_id = tenant.id, id = order.id, created_at = order.created_at
-- expects: index scan on orders; at most 200 buffers
-- weight: 2
-- kind: write
UPDATE core.orders SET status = 'shipped', shipped_at = now(), tracking_number = 'OB-1'
WHERE organization_id = $1 AND created_at = $3 AND id = $2
RETURNING organization_id, id, status
