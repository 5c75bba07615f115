-- $2 members of other tenants who are no members of the tenant $1, out of all, the same ones for the seed $3.
SELECT m.user_id, m.organization_id
FROM core.organization_members AS m
JOIN core.organizations AS o ON o.id = m.organization_id AND o.deleted_at IS NULL
WHERE m.status = 'active' AND m.accepted_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM core.organization_members AS own
                  WHERE own.user_id = m.user_id AND own.organization_id = $1)
ORDER BY uuid_hash_extended(m.id, $3), m.id
LIMIT $2
