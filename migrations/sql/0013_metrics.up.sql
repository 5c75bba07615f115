-- what: the dashboard's numbers, materialised (B5, 4)
SET LOCAL ROLE olympus_owner;

-- Ninety days up to the newest order, not up to now(): a dataset keeps its numbers whenever it is measured.
CREATE MATERIALIZED VIEW cache.organization_metrics AS
SELECT organization_id,
       (created_at AT TIME ZONE 'UTC')::date AS day,
       currency,
       count(*) AS order_count,
       count(*) FILTER (WHERE status IN ('delivered', 'completed')) AS completed_count,
       coalesce(sum(total_cents) FILTER (WHERE status NOT IN ('draft', 'cancelled', 'refunded')), 0) AS total_revenue_cents,
       avg(total_cents) FILTER (WHERE status NOT IN ('draft', 'cancelled', 'refunded')) AS avg_order_value_cents,
       count(DISTINCT user_id) AS unique_customers
  FROM core.orders
 WHERE created_at >= (SELECT max(created_at) - interval '90 days' FROM core.orders)
 GROUP BY 1, 2, 3;
CREATE UNIQUE INDEX idx_org_metrics_pk ON cache.organization_metrics (organization_id, day, currency);
COMMENT ON MATERIALIZED VIEW cache.organization_metrics IS 'Orders and revenue a tenant, day (UTC) and currency, of the last ninety days';
COMMENT ON INDEX cache.idx_org_metrics_pk IS 'guards one row a tenant, day and currency, which REFRESH CONCURRENTLY needs; serves analytics/dashboard';

CREATE FUNCTION cache.refresh_organization_metrics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  REFRESH MATERIALIZED VIEW CONCURRENTLY cache.organization_metrics;
END $$;
COMMENT ON FUNCTION cache.refresh_organization_metrics() IS 'Refreshes the metrics while they are read';

-- D3: a materialised view has no row-level security; this is the only way to it.
CREATE VIEW analytics.organization_metrics WITH (security_barrier) AS
SELECT * FROM cache.organization_metrics WHERE organization_id = (SELECT auth.current_org());
COMMENT ON VIEW analytics.organization_metrics IS 'The metrics of this tenant';
