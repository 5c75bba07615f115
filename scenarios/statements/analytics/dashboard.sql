-- name: analytics/dashboard
-- what: the dashboard's ninety days from the materialised metrics (B5, 4)
-- params: organization_id = tenant.id
-- expects: rows of one tenant
-- weight: 0
SELECT organization_id, day, currency, order_count, completed_count, total_revenue_cents, avg_order_value_cents,
       unique_customers
FROM analytics.organization_metrics
WHERE organization_id = $1
ORDER BY day, currency
