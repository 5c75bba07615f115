SET LOCAL ROLE olympus_owner;
DROP TABLE core.product_variants, core.products, core.categories;
