-- Every object of a database in one line each, by kind: what a measure must leave as it was. Rows come apart (see source-digest.ts).
SELECT 'relation' AS kind, format('%s %s %s', c.oid::regclass, c.relkind, row(c.relowner::regrole, c.relacl, c.reloptions, c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.relispartition, pg_get_expr(c.relpartbound, c.oid))) AS what
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION ALL SELECT 'column', format('%s %s %s', a.attrelid::regclass, a.attname, row(a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attstattarget, a.attacl, pg_get_expr(d.adbin, d.adrelid)))
FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION ALL SELECT 'index', format('%s %s', pg_get_indexdef(i.indexrelid), row(i.indisvalid, i.indisready, i.indisclustered)) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_'
UNION ALL SELECT 'constraint', format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace::regnamespace::text !~ '^(pg_|information_schema)'
UNION ALL SELECT 'function', pg_get_functiondef(p.oid) FROM pg_proc AS p WHERE p.pronamespace::regnamespace::text !~ '^(pg_|information_schema)' AND p.prokind IN ('f', 'p')
UNION ALL SELECT 'view', format('%s %s', c.oid::regclass, pg_get_viewdef(c.oid)) FROM pg_class AS c WHERE c.relkind IN ('v', 'm') AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
UNION ALL SELECT 'trigger', format('%s %s', pg_get_triggerdef(oid), tgenabled) FROM pg_trigger
UNION ALL SELECT 'policy', row(p.*)::text FROM pg_policies AS p
UNION ALL SELECT 'rule', pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_class::regclass::text !~ '^(pg_|information_schema)'
UNION ALL SELECT 'type', format('%s %s', t.oid::regtype, row(t.typtype, t.typowner::regrole, t.typacl)) FROM pg_type AS t WHERE t.typnamespace::regnamespace::text !~ '^(pg_|information_schema)'
UNION ALL SELECT 'label', format('%s %s %s', enumtypid::regtype, enumsortorder, enumlabel) FROM pg_enum
UNION ALL SELECT 'sequence', row(s.*)::text FROM pg_sequences AS s
UNION ALL SELECT 'schema', format('%s %s', nspname, row(nspowner::regrole, nspacl)) FROM pg_namespace WHERE nspname !~ '^pg_(toast|temp)'
UNION ALL SELECT 'extension', format('%s %s', extname, extversion) FROM pg_extension
UNION ALL SELECT 'comment', row(d.*)::text FROM pg_description AS d WHERE d.objoid >= 16384
UNION ALL SELECT 'large object', oid::text FROM pg_largeobject_metadata
UNION ALL SELECT 'database', format('%s %s', datname, row(datdba::regrole, datacl, datconnlimit, datallowconn)) FROM pg_database WHERE datname LIKE current_database() || '%'
UNION ALL SELECT 'setting', row(s.*)::text FROM pg_db_role_setting AS s WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
