SET LOCAL ROLE olympus_owner;
DROP VIEW analytics.organization_metrics;
DROP FUNCTION cache.refresh_organization_metrics();
DROP MATERIALIZED VIEW cache.organization_metrics;
