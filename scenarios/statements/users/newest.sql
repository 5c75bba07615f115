-- name: users/newest
-- what: the newest 20 people of the platform. Measured as the owner: a job of the platform's, across tenants; a user
--   belongs to no tenant, so there is no organization_id to return
-- expects: index scan on users; at most 200 buffers
-- weight: 0
-- role: owner
SELECT id AS user_id, email, full_name, status, created_at
FROM core.users
ORDER BY created_at DESC
LIMIT 20
