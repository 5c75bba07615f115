-- $1: how many tenants at most. Spread over the ranks, so that the tail is there too; ordered by size.
WITH size AS (
  SELECT organization_id AS id, count(*) AS orders FROM core.orders GROUP BY organization_id
), usable AS (
  SELECT o.id, size.orders, member.user_id
  FROM core.organizations AS o
  JOIN size ON size.id = o.id
  JOIN LATERAL (
    SELECT m.user_id
    FROM core.organization_members AS m
    WHERE m.organization_id = o.id AND m.status = 'active' AND m.accepted_at IS NOT NULL
    ORDER BY array_position(ARRAY['owner', 'admin', 'manager', 'member', 'viewer'], m.role::text), m.user_id
    LIMIT 1
  ) AS member ON true
  WHERE o.deleted_at IS NULL AND EXISTS (SELECT FROM core.products AS p WHERE p.organization_id = o.id)
), placed AS (
  SELECT *, row_number() OVER (ORDER BY orders DESC, id) AS place, count(*) OVER () AS tenants FROM usable
)
SELECT id, user_id,
       CASE WHEN place <= ceil(tenants * 0.05) THEN 'whale' WHEN place <= ceil(tenants * 0.5) THEN 'median' ELSE 'minnow' END AS class
FROM placed
WHERE tenants <= $1 OR place <= $1 / 4 OR (place * $1) % tenants < $1
ORDER BY place
LIMIT $1
