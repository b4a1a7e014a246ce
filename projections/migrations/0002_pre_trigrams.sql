-- What finds words in spite of typing errors. A schema of its own, so that every process can name its operators whatever
-- its search path. One that somebody has put elsewhere before stays there, and we would not find it.

CREATE SCHEMA IF NOT EXISTS extensions;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA extensions;
GRANT USAGE ON SCHEMA extensions TO seatledger_projections, seatledger_query;

DO $$
BEGIN
    IF to_regoperator('extensions.%>(text,text)') IS NULL THEN
        RAISE EXCEPTION 'the extension pg_trgm is in another schema'
            USING HINT =
                'Move it, then migrate again: CREATE SCHEMA extensions; ALTER EXTENSION pg_trgm SET SCHEMA extensions';
    END IF;
END $$;
