/**
 * The dashboard's questions over the ninety days up to the newest order, all tenants. $1 and {from} are the start of
 * that window. Every column is text in one notation, so that answers of different engines can be compared exactly.
 */
export interface Question {
  readonly name: string;
  readonly postgres: string;
  /** null: the materialised view does not hold what is asked. */
  readonly view: string | null;
  readonly clickhouse: string;
}

const notCounted = `('draft', 'cancelled', 'refunded')`;
const done = `('delivered', 'completed')`;
const window = `created_at >= {from:DateTime64(6, 'UTC')}`;

export const questions: readonly Question[] = [
  {
    name: 'revenue by day',
    postgres: `
SELECT (created_at AT TIME ZONE 'UTC')::date::text AS day, currency::text, count(*)::text AS orders,
       coalesce(sum(total_cents) FILTER (WHERE status NOT IN ${notCounted}), 0)::text AS revenue_cents
FROM core.orders WHERE created_at >= $1::timestamptz
GROUP BY 1, 2 ORDER BY 1, 2`,
    view: `
SELECT day::text, currency::text, sum(order_count)::text AS orders, sum(total_revenue_cents)::text AS revenue_cents
FROM cache.organization_metrics
GROUP BY 1, 2 ORDER BY 1, 2`,
    clickhouse: `
SELECT toString(toDate(created_at)) AS day, toString(currency) AS money, toString(count()) AS orders,
       toString(sumIf(total_cents, status NOT IN ${notCounted})) AS revenue_cents
FROM orders WHERE ${window}
GROUP BY day, money ORDER BY day, money`,
  },
  {
    name: 'ten largest tenants',
    postgres: `
SELECT organization_id::text AS tenant, sum(total_cents)::text AS revenue_cents
FROM core.orders
WHERE created_at >= $1::timestamptz AND currency = 'USD' AND status NOT IN ${notCounted}
GROUP BY organization_id ORDER BY sum(total_cents) DESC, organization_id LIMIT 10`,
    view: `
SELECT organization_id::text AS tenant, sum(total_revenue_cents)::text AS revenue_cents
FROM cache.organization_metrics WHERE currency = 'USD'
GROUP BY organization_id HAVING sum(total_revenue_cents) > 0
ORDER BY sum(total_revenue_cents) DESC, organization_id LIMIT 10`,
    clickhouse: `
SELECT toString(organization_id) AS tenant, toString(sum(total_cents)) AS revenue_cents
FROM orders WHERE ${window} AND currency = 'USD' AND status NOT IN ${notCounted}
GROUP BY organization_id ORDER BY sum(total_cents) DESC, tenant LIMIT 10`,
  },
  {
    name: 'completed share',
    postgres: `
SELECT currency::text, trim_scale(round(100.0 * count(*) FILTER (WHERE status IN ${done}) / count(*), 2))::text AS pct
FROM core.orders WHERE created_at >= $1::timestamptz
GROUP BY 1 ORDER BY 1`,
    view: `
SELECT currency::text, trim_scale(round(100.0 * sum(completed_count) / sum(order_count), 2))::text AS pct
FROM cache.organization_metrics
GROUP BY 1 ORDER BY 1`,
    clickhouse: `
SELECT toString(currency) AS money,
       toString(round(toDecimal128(100 * countIf(status IN ${done}), 6) / count(), 2)) AS pct
FROM orders WHERE ${window}
GROUP BY money ORDER BY money`,
  },
  {
    name: 'orders by week and status',
    postgres: `
SELECT date_trunc('week', created_at AT TIME ZONE 'UTC')::date::text AS week, status::text, count(*)::text AS orders,
       trim_scale(round(avg(total_cents), 2))::text AS average_cents
FROM core.orders WHERE created_at >= $1::timestamptz
GROUP BY 1, 2 ORDER BY 1, 2`,
    view: null,
    clickhouse: `
SELECT toString(toDate(toMonday(created_at))) AS week, toString(status) AS state, toString(count()) AS orders,
       toString(round(toDecimal128(sum(total_cents), 6) / count(), 2)) AS average_cents
FROM orders WHERE ${window}
GROUP BY week, state ORDER BY week, state`,
  },
  {
    name: 'customers by week',
    postgres: `
SELECT date_trunc('week', created_at AT TIME ZONE 'UTC')::date::text AS week,
       count(DISTINCT user_id)::text AS customers
FROM core.orders WHERE created_at >= $1::timestamptz
GROUP BY 1 ORDER BY 1`,
    view: null,
    clickhouse: `
SELECT toString(toDate(toMonday(created_at))) AS week, toString(uniqExact(user_id)) AS customers
FROM orders WHERE ${window}
GROUP BY week ORDER BY week`,
  },
];
