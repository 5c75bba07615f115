-- name: members/organizations-of
-- what: the organizations that a user may choose from after the login. They are his own in every tenant, so no
--   organization_id is returned: the leak check would take it for another's (it reads every visible membership itself)
-- params: user_id = tenant.user_id
-- expects: index scan on organization_members; index scan on organizations
-- weight: 0
SELECT o.slug, o.name, m.role, m.accepted_at
FROM core.organization_members AS m
JOIN core.organizations AS o ON o.id = m.organization_id
WHERE m.user_id = $1 AND m.status = 'active' AND o.deleted_at IS NULL
ORDER BY o.name
