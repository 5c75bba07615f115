-- name: categories/children
-- what: the categories right below one
-- params: organization_id = tenant.id, parent_id = category.branch_id
-- expects: index scan on categories; rows of one tenant
-- weight: 0
SELECT organization_id, id, name, slug, position
FROM core.categories
WHERE organization_id = $1 AND parent_id = $2 AND deleted_at IS NULL
ORDER BY position, id
