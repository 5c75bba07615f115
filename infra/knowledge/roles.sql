-- Roles by name and what of them decides which policies apply; no password is among it.
SELECT r.rolname AS name, r.rolsuper AS superuser, r.rolbypassrls AS bypass, r.rolinherit AS inherits,
       coalesce((SELECT json_agg(g.rolname ORDER BY g.rolname)
                 FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid WHERE m.member = r.oid), '[]') AS groups
FROM pg_roles AS r
WHERE r.rolname !~ '^pg_'
ORDER BY r.rolname
