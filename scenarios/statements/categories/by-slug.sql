-- name: categories/by-slug
-- what: one category by the name in its address, the page of a shop
-- params: organization_id = tenant.id, slug = category.slug
-- expects: index scan on categories; at most 10 ms; rows of one tenant
-- weight: 0
SELECT organization_id, id, name, description, path, depth, seo_title, seo_description
FROM core.categories
WHERE organization_id = $1 AND slug = $2 AND deleted_at IS NULL
