SET LOCAL ROLE olympus_owner;
DROP TABLE core.organization_members, core.users, core.organizations;
