-- What ANALYZE samples of a column stays in the statistics when its row is gone. An address is looked up by its unique
-- index, which needs none: so that whoever was erased is in no table, that of the statistics included.

ALTER TABLE command_api.credentials ALTER COLUMN email SET STATISTICS 0;
