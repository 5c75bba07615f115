-- name: category
-- what: a category of the tenant, and the branch that it hangs on: its parent, or itself where it has none
-- columns: id, slug, branch_id, branch_path
SELECT c.id, c.slug, b.id AS branch_id, b.path AS branch_path
FROM core.categories AS c
JOIN core.categories AS b ON b.organization_id = c.organization_id AND b.id = coalesce(c.parent_id, c.id)
WHERE c.organization_id = $1 AND c.deleted_at IS NULL
ORDER BY uuid_hash_extended(c.id, $3), c.id
LIMIT $2
