-- name: orders/keyset
-- what: a page of orders after the last row seen, by row comparison (B5, 3). The planner leaves out newer months for
--   the plain comparison only, not for that of rows, so both are there
-- params: organization_id = tenant.id, created_at = order_page.created_at, id = order_page.id
-- expects: index scan on orders; at most 200 buffers; at most 10 ms; rows of one tenant
-- weight: 4
SELECT organization_id, id, order_number, status, total_cents, created_at
FROM core.orders
WHERE organization_id = $1 AND created_at <= $2 AND (created_at, id) < ($2, $3)
ORDER BY created_at DESC, id DESC
LIMIT 20
