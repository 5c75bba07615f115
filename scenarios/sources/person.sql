-- name: person
-- what: a member of the tenant by his surname, and by four letters from the middle of his name
-- columns: surname, part
SELECT surname, coalesce(substring(full_name FROM '[[:alpha:]]([[:alpha:]]{4})'), surname) AS part
FROM (
  SELECT u.full_name, substring(u.full_name FROM '[[:alpha:]]+$') AS surname
  FROM core.organization_members AS m
  JOIN core.users AS u ON u.id = m.user_id
  WHERE m.organization_id = $1 AND u.deleted_at IS NULL
    AND to_tsvector('english', substring(u.full_name FROM '[[:alpha:]]+$')) <> ''
  ORDER BY uuid_hash_extended(u.id, $3), u.id
  LIMIT $2
) AS member
