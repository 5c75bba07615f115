-- Every object of the database that belongs to no extension, one row each: kind, name, definition.
-- Two databases with equal rows have the same schema. No OIDs, no sizes; access lists sorted, defaults written out.
WITH own_schema AS (
  SELECT oid, nspname, nspowner, nspacl FROM pg_namespace
   WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), own_relation AS (
  SELECT c.*, format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_class c JOIN own_schema n ON n.oid = c.relnamespace
   WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
), own_routine AS (
  SELECT p.*, format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS name
    FROM pg_proc p JOIN own_schema n ON n.oid = p.pronamespace
   WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
)
SELECT kind, name, definition FROM (
  SELECT 'schema' AS kind, nspname::text AS name,
         concat_ws(E'\n', 'owner ' || nspowner::regrole::text, 'access ' || (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(coalesce(nspacl, acldefault('n', nspowner))) a),
           'comment ' || obj_description(oid, 'pg_namespace')) AS definition
    FROM own_schema
  UNION ALL
  SELECT 'extension', extname, extnamespace::regnamespace::text FROM pg_extension
  UNION ALL
  SELECT 'database', 'settings', concat_ws(E'\n',
           (SELECT string_agg(setting, ' ' ORDER BY setting) FROM pg_db_role_setting, unnest(setconfig) setting
             WHERE setdatabase = d.oid AND setrole = 0),
           (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(coalesce(datacl, acldefault('d', datdba))) a))
    FROM pg_database d WHERE datname = current_database()
  UNION ALL
  SELECT 'default access', format('%s %s', defaclrole::regrole, defaclobjtype::text), (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(defaclacl) a)
    FROM pg_default_acl
  UNION ALL
  -- what initdb and extensions granted, where it is no longer what it was
  SELECT 'access of the server', i.object, string_agg(a.acl::text, ' ' ORDER BY a.acl::text)
    FROM (
      SELECT p.oid::regprocedure::text AS object, coalesce(p.proacl, acldefault('f', p.proowner)) AS acl,
             coalesce((SELECT initprivs FROM pg_init_privs WHERE classoid = 'pg_proc'::regclass AND objoid = p.oid), acldefault('f', p.proowner)) AS first
        FROM pg_proc p
       WHERE p.pronamespace = 'pg_catalog'::regnamespace OR EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
      UNION ALL
      SELECT c.oid::regclass::text, coalesce(c.relacl, acldefault('r', c.relowner)),
             coalesce((SELECT initprivs FROM pg_init_privs WHERE classoid = 'pg_class'::regclass AND objoid = c.oid AND objsubid = 0), acldefault('r', c.relowner))
        FROM pg_class c
       WHERE c.relkind IN ('r', 'v') AND (c.relnamespace = 'pg_catalog'::regnamespace
          OR EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
    ) AS i, LATERAL unnest(i.acl) AS a (acl)
   WHERE NOT (i.acl @> i.first AND i.acl <@ i.first)
   GROUP BY i.object
  UNION ALL
  SELECT 'relation ' || relkind::text, name, concat_ws(E'\n', 'owner ' || relowner::regrole::text,
           'access ' || (SELECT string_agg(a::text, ' ' ORDER BY a::text)
              FROM unnest(coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))) a),
           'security ' || relrowsecurity || ' forced ' || relforcerowsecurity,
           'options ' || array_to_string(reloptions, ' '),
           'partition of ' || (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = oid) || ' ' || coalesce(pg_get_expr(relpartbound, oid), ''),
           'partitioned ' || CASE relkind WHEN 'p' THEN pg_get_partkeydef(oid) END,
           'query ' || CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END,
           'comment ' || obj_description(oid, 'pg_class'))
    FROM own_relation WHERE relkind IN ('r', 'p', 'v', 'm', 'S')
  UNION ALL
  SELECT 'index', r.name, concat_ws(E'\n', pg_get_indexdef(r.oid), 'valid ' || i.indisvalid,
           'part of ' || (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = r.oid),
           'comment ' || obj_description(r.oid, 'pg_class'))
    FROM own_relation r JOIN pg_index i ON i.indexrelid = r.oid
  UNION ALL
  SELECT 'column', r.name || '.' || a.attname, concat_ws(E'\n', a.attnum || ' ' || format_type(a.atttypid, a.atttypmod),
           CASE WHEN a.attnotnull THEN 'not null' END, 'generated ' || nullif(a.attgenerated::text, ''), 'identity ' || nullif(a.attidentity::text, ''),
           'default ' || pg_get_expr(d.adbin, d.adrelid), 'collation ' || nullif(a.attcollation, 0)::regcollation::text, 'storage ' || a.attstorage::text,
           'statistics ' || nullif(a.attstattarget, -1),
           'access ' || (SELECT string_agg(acl::text, ' ' ORDER BY acl::text) FROM unnest(a.attacl) acl),
           'comment ' || col_description(r.oid, a.attnum))
    FROM own_relation r JOIN pg_attribute a ON a.attrelid = r.oid LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
   WHERE r.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT 'constraint', coalesce(r.name, c.contypid::regtype::text) || ' ' || c.conname,
         concat_ws(E'\n', pg_get_constraintdef(c.oid), 'valid ' || c.convalidated, 'inherited ' || c.coninhcount || ' local ' || c.conislocal)
    FROM pg_constraint c LEFT JOIN own_relation r ON r.oid = c.conrelid
   WHERE r.oid IS NOT NULL OR (c.contypid <> 0 AND c.connamespace IN (SELECT oid FROM own_schema))
  UNION ALL
  SELECT 'policy', r.name || ' ' || polname, concat_ws(E'\n', polcmd::text, CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END,
           'to ' || (SELECT string_agg(o::regrole::text, ' ' ORDER BY o::regrole::text) FROM unnest(polroles) o),
           'using ' || pg_get_expr(polqual, polrelid), 'check ' || pg_get_expr(polwithcheck, polrelid))
    FROM pg_policy p JOIN own_relation r ON r.oid = p.polrelid
  UNION ALL
  SELECT 'trigger', r.name || ' ' || tgname, pg_get_triggerdef(t.oid) || ' ' || tgenabled::text
    FROM pg_trigger t JOIN own_relation r ON r.oid = t.tgrelid WHERE NOT tgisinternal
  UNION ALL
  SELECT 'routine', name, concat_ws(E'\n', pg_get_functiondef(oid), 'owner ' || proowner::regrole::text,
           'access ' || (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(coalesce(proacl, acldefault('f', proowner))) a),
           'comment ' || obj_description(oid, 'pg_proc'))
    FROM own_routine WHERE prokind IN ('f', 'p')
  UNION ALL
  SELECT 'domain', format('%I.%I', n.nspname, t.typname), concat_ws(E'\n', format_type(t.typbasetype, t.typtypmod), 'owner ' || t.typowner::regrole::text,
           'access ' || (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(coalesce(t.typacl, acldefault('T', t.typowner))) a))
    FROM pg_type t JOIN own_schema n ON n.oid = t.typnamespace WHERE t.typtype = 'd'
  UNION ALL
  SELECT 'sequence', r.name, format('%s from %s by %s cache %s', seqtypid::regtype, seqstart, seqincrement, seqcache)
    FROM pg_sequence s JOIN own_relation r ON r.oid = s.seqrelid
) AS object
ORDER BY kind, name, definition
