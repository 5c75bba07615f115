SET LOCAL ROLE olympus_owner;
REVOKE ALL ON ALL TABLES IN SCHEMA core, audit, archive, cache, analytics FROM olympus_app, olympus_readonly, olympus_service;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA auth, core, ops, cache FROM olympus_app, olympus_readonly, olympus_service;
REVOKE ALL ON SCHEMA core, auth, billing, analytics, audit, queue, cache, archive, ops FROM olympus_app, olympus_readonly, olympus_service;
