-- name: orders/by-id
-- what: one order by its id; created_at is passed, so that only its month is planned and read
-- params: organization_id = tenant.id, id = order.id, created_at = order.created_at
-- expects: index scan on orders; at most 10 ms; rows of one tenant
-- weight: 10
SELECT organization_id, id, order_number, status, payment_status, subtotal_cents, discount_cents, shipping_cents,
       tax_cents, total_cents, shipping_address, created_at
FROM core.orders
WHERE organization_id = $1 AND created_at = $3 AND id = $2
