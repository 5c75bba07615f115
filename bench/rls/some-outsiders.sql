-- As outsiders.sql, but found by index among millions of tenants: of those that follow on points between the smallest and
-- the largest identifier. May find fewer than $2 where there are more.
WITH edge AS (
  SELECT ('x' || left(replace(first::text, '-', ''), 15))::bit(60)::bigint AS first,
         ('x' || left(replace(last::text, '-', ''), 15))::bit(60)::bigint AS last
  FROM (SELECT (SELECT id FROM core.organizations ORDER BY id LIMIT 1) AS first,
               (SELECT id FROM core.organizations ORDER BY id DESC LIMIT 1) AS last) AS ids
), point AS (
  SELECT rpad(lpad(to_hex(first + (mod(hashint8extended(n, $3) & 9223372036854775807, 1000000)::numeric
           * (last - first) / 1000000)::bigint), 15, '0'), 32, '0')::uuid AS id
  FROM edge, generate_series(1, 4 * $2::integer) AS n
), tenant AS (
  SELECT DISTINCT next.id
  FROM point, LATERAL (SELECT id FROM core.organizations WHERE id >= point.id ORDER BY id LIMIT 1) AS next
)
SELECT m.user_id, m.organization_id
FROM tenant
JOIN core.organizations AS o ON o.id = tenant.id AND o.deleted_at IS NULL
CROSS JOIN LATERAL (
  SELECT m.id, m.user_id, m.organization_id
  FROM core.organization_members AS m
  WHERE m.organization_id = o.id AND m.status = 'active' AND m.accepted_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM core.organization_members AS own
                    WHERE own.user_id = m.user_id AND own.organization_id = $1)
  ORDER BY m.user_id
  LIMIT $2
) AS m
ORDER BY uuid_hash_extended(m.id, $3), m.id
LIMIT $2
