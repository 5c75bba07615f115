-- name: orders/daily-window
-- what: revenue a day with running total and average of seven days over thirty days (B5, 6); days in UTC
-- params: organization_id = tenant.id, from = period.from, to = period.to
-- expects: index scan on orders; rows of one tenant
-- weight: 1
SELECT organization_id, day, orders, revenue_cents,
       sum(revenue_cents) OVER (ORDER BY day ROWS UNBOUNDED PRECEDING) AS running_total_cents,
       avg(revenue_cents) OVER (ORDER BY day ROWS 6 PRECEDING) AS seven_day_average_cents
FROM (
  SELECT organization_id, date_trunc('day', created_at, 'UTC') AS day, count(*) AS orders, sum(total_cents) AS revenue_cents
  FROM core.orders
  WHERE organization_id = $1 AND created_at >= $2 AND created_at < $3
  GROUP BY organization_id, day
) AS daily
ORDER BY day
