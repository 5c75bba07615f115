SET LOCAL ROLE olympus_owner;
DROP TABLE core.inventory_movements, core.inventory_levels, core.inventory_locations;
