SET LOCAL ROLE olympus_owner;
DROP FUNCTION core.search_products(text, integer), core.record_movement(uuid, text, integer, text, text, uuid),
  core.soft_delete_product(uuid), core.transfer_ownership(uuid), core.accept_invitation(text),
  core.create_organization(text, text);
