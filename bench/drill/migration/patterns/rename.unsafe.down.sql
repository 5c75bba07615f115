ALTER TABLE patterns.orders RENAME COLUMN memo TO note;
