-- name: orders/all-tenants-hour
-- what: orders and revenue of each tenant within an hour (B4, 6: BRIN): the platform's pulse. Measured as the owner: it
--   crosses tenants
-- params: from = hour.from, to = hour.to
-- expects: index scan on orders
-- weight: 0
-- role: owner
SELECT organization_id, count(*) AS orders, sum(total_cents) AS revenue_cents
FROM core.orders
WHERE created_at >= $1 AND created_at < $2
GROUP BY organization_id
ORDER BY revenue_cents DESC
