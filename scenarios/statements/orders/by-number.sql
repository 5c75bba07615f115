-- name: orders/by-number
-- what: one order by its number; a number names its month, so that only that month is planned and read (D6, D22)
-- params: organization_id = tenant.id, number = number.number, from = number.from, to = number.to
-- expects: index scan on orders; at most 10 ms; rows of one tenant
-- weight: 0
SELECT organization_id, id, order_number, status, payment_status, total_cents, customer_email, created_at
FROM core.orders
WHERE organization_id = $1 AND order_number = $2 AND created_at >= $3 AND created_at < $4
