-- name: categories/subtree
-- what: everything below a category, however deep: a range of paths ('0' follows '/') and not LIKE, which is not
--   leakproof (D15, D19)
-- params: organization_id = tenant.id, path = category.branch_path
-- expects: index scan on categories; rows of one tenant
-- weight: 0
SELECT organization_id, id, name, path, depth
FROM core.categories
WHERE organization_id = $1 AND path >= $2 || '/' AND path < $2 || '0' AND deleted_at IS NULL
ORDER BY path
