-- Objects that lead past the policies of a table.
-- partition-grant: a partition is read by its own policies, not by its table's; all of one table and grantee at once
SELECT 'partition-grant' AS rule, format('partitions of %I.%I to %s', rn.nspname, root.relname, g.grantee) AS object,
       format('REVOKE ALL ON %s FROM %s', string_agg(DISTINCT format('%I.%I', n.nspname, c.relname), ', '), g.grantee) AS fix
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_class AS root ON root.oid = pg_partition_root(c.oid) AND root.relrowsecurity
JOIN pg_namespace AS rn ON rn.oid = root.relnamespace
CROSS JOIN LATERAL (
  SELECT aclexplode(c.relacl) AS acl
  UNION ALL
  SELECT aclexplode(a.attacl) FROM pg_attribute AS a WHERE a.attrelid = c.oid
) AS granted
LEFT JOIN pg_roles AS r ON r.oid = (granted.acl).grantee
CROSS JOIN LATERAL (SELECT coalesce(quote_ident(r.rolname), 'PUBLIC') AS grantee) AS g
WHERE c.relispartition AND c.relkind IN ('r', 'p')
  AND (granted.acl).privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'REFERENCES')
  AND (r.oid IS NULL OR NOT r.rolsuper AND NOT r.rolbypassrls AND NOT pg_has_role(r.oid, c.relowner, 'MEMBER'))
GROUP BY rn.nspname, root.relname, g.grantee
UNION ALL
-- view-of-its-owner: without security_invoker a view reads as its owner, past the reader's policies
SELECT DISTINCT 'view-of-its-owner', format('%I.%I', n.nspname, v.relname),
       CASE v.relkind WHEN 'v' THEN format('ALTER VIEW %I.%I SET (security_invoker = true)', n.nspname, v.relname)
                      ELSE format('REVOKE ALL ON %I.%I FROM PUBLIC', n.nspname, v.relname) END
FROM pg_class AS v
JOIN pg_namespace AS n ON n.oid = v.relnamespace
JOIN pg_roles AS r ON NOT r.rolsuper AND NOT r.rolbypassrls AND NOT pg_has_role(r.oid, v.relowner, 'MEMBER') AND r.rolname !~ '^pg_'
  AND has_any_column_privilege(r.oid, v.oid, 'SELECT')
WHERE v.relkind IN ('v', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT coalesce(v.reloptions, '{}') && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1']
  AND EXISTS (
    SELECT FROM pg_rewrite AS w
    JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
    JOIN pg_class AS t ON t.oid = d.refobjid AND t.oid <> v.oid
    WHERE w.ev_class = v.oid AND (t.relrowsecurity OR t.relkind = 'm'))
UNION ALL
-- definer-search-path: who may create objects in a schema of the caller's search_path runs them as the function's owner
SELECT 'definer-search-path', format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
       format('ALTER ROUTINE %I.%I(%s) SET search_path = pg_catalog, pg_temp', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
FROM pg_proc AS p
JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE p.prosecdef AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS setting WHERE setting LIKE 'search\_path=%')
  AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL
-- lockable-table: a right on a table whole, beyond reading, lets LOCK TABLE .. IN ACCESS EXCLUSIVE MODE stop everybody
SELECT 'lockable-table', format('%I.%I by %s', n.nspname, c.relname, r.rolname),
       format('REVOKE %s ON %I.%I FROM %I', string_agg(acl.privilege_type, ', ' ORDER BY acl.privilege_type), n.nspname, c.relname, r.rolname)
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(c.relacl) AS acl
JOIN pg_roles AS r ON r.oid = acl.grantee AND NOT r.rolsuper AND NOT r.rolbypassrls AND NOT pg_has_role(r.oid, c.relowner, 'MEMBER')
WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND acl.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE', 'MAINTAIN')
GROUP BY n.nspname, c.relname, r.rolname
UNION ALL
-- login-defaults: what a role that policies bind has set for its next sessions, or somebody has for it
SELECT 'login-defaults', format('%s: %s', r.rolname, array_to_string(s.setconfig, ', ')),
       format('ALTER ROLE %I%s RESET ALL', r.rolname, CASE s.setdatabase WHEN 0 THEN '' ELSE format(' IN DATABASE %I', current_database()) END)
FROM pg_db_role_setting AS s
JOIN pg_roles AS r ON r.oid = s.setrole AND NOT r.rolsuper AND NOT r.rolbypassrls
WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  AND EXISTS (SELECT FROM pg_policy AS p, unnest(p.polroles) AS bound WHERE bound <> 0 AND r.oid <> bound AND pg_has_role(r.oid, bound, 'MEMBER'))
  AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.relrowsecurity AND pg_has_role(r.oid, c.relowner, 'MEMBER'))
ORDER BY 1, 2
