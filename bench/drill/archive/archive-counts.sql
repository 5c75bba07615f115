-- What core and archive hold together; a row in both would be one that was doubled.
SELECT (SELECT count(*) FROM core.orders) AS orders, (SELECT count(*) FROM archive.orders) AS archived_orders,
       (SELECT count(*) FROM core.order_items) AS items, (SELECT count(*) FROM archive.order_items) AS archived_items,
       (SELECT count(*) FROM core.orders JOIN archive.orders USING (organization_id, created_at, id)) AS doubled_orders,
       (SELECT count(*) FROM core.order_items JOIN archive.order_items USING (organization_id, order_created_at, order_id, id)) AS doubled_items,
       (SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('core.orders')) AS bytes
