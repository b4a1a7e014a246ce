-- Likeness of words, for searches with a typing error. pg_trgm comes with PostgreSQL and is trusted: who owns the database
-- may create it. It gets a schema of its own, unless it is there already; wherever it is, readers need only know the
-- function below.

DO $$
DECLARE
    place text := (SELECT n.nspname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
                   WHERE e.extname = 'pg_trgm');
BEGIN
    IF place IS NULL THEN
        place := 'projections_trigrams';
        CREATE SCHEMA projections_trigrams;
        CREATE EXTENSION pg_trgm SCHEMA projections_trigrams;
    END IF;

    BEGIN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO seatledger_projections, seatledger_query', place);
    EXCEPTION WHEN insufficient_privilege THEN
        -- Somebody else's schema: then it is for its owner to let us in, as `public` does by itself.
        NULL;
    END;

    -- Two letters that changed places leave a word of six with a quarter of its trigrams, less than the extension's own
    -- bound. Words much less alike than the best one are not meant.
    EXECUTE format($body$
        CREATE FUNCTION projections.nearest_words(mistyped text, most integer) RETURNS text[]
        LANGUAGE plpgsql STABLE SET pg_trgm.similarity_threshold = 0.25 AS $function$
        BEGIN
            RETURN ARRAY(
                SELECT n.word
                FROM (SELECT w.word, %1$I.similarity(w.word, mistyped) AS likeness,
                             max(%1$I.similarity(w.word, mistyped)) OVER () AS best
                      FROM projections.search_words AS w WHERE w.word OPERATOR(%1$I.%%) mistyped) AS n
                WHERE n.likeness >= 0.75 * n.best ORDER BY n.likeness DESC, n.word LIMIT most);
        END
        $function$
        $body$, place);
END
$$;
