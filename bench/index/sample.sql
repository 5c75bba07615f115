-- The same rows on every copy of the database: by a hash of where they lie.
CREATE TEMPORARY TABLE sample AS
SELECT row_number() OVER (ORDER BY hashtext(source.tableoid::text || source.ctid::text), source.ctid) AS "#", source.*
FROM :table AS source :sampling
ORDER BY 1
LIMIT :rows
