-- name: categories/by-id
-- what: one category by its id
-- params: organization_id = tenant.id, id = category.id
-- expects: index scan on categories; at most 10 ms; rows of one tenant
-- weight: 0
SELECT organization_id, id, name, slug, description, parent_id, path, depth
FROM core.categories
WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL
