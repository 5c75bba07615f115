-- Every tenant that can be measured: with an order, a product and an active, accepted member (the highest role first).
WITH ordered AS (
  SELECT organization_id AS id, count(*) AS orders FROM core.orders GROUP BY organization_id
)
SELECT o.id, o.slug AS label, member.user_id, ordered.orders AS size
FROM core.organizations AS o
JOIN ordered USING (id)
JOIN LATERAL (
  SELECT m.user_id
  FROM core.organization_members AS m
  WHERE m.organization_id = o.id AND m.status = 'active' AND m.accepted_at IS NOT NULL
  ORDER BY array_position(ARRAY['owner', 'admin', 'manager', 'member', 'viewer'], m.role::text), m.user_id
  LIMIT 1
) AS member ON true
WHERE o.deleted_at IS NULL AND EXISTS (SELECT FROM core.products AS p WHERE p.organization_id = o.id)
