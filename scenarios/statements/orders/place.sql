-- name: orders/place
-- what: a member orders for himself; the order's number comes from the tenant's counter of the month
-- params: organization_id = tenant.id, user_id = member.user_id, email = member.email
-- weight: 2
-- kind: write
INSERT INTO core.orders (organization_id, user_id, customer_email, subtotal_cents, shipping_cents, total_cents)
VALUES ($1, $2, $3, 4200, 490, 4690)
RETURNING organization_id, id, order_number, created_at
