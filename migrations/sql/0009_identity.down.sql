SET LOCAL ROLE olympus_owner;
DROP FUNCTION auth.current_rank(), auth.has_permission(uuid, text), auth.user_role(uuid), auth.role_rank(text),
  auth.current_org(), auth.user_organizations(), auth.uid();
