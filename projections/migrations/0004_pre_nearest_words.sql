-- The words nearest to a mistyped one, best first: what the search for events takes instead of a word that nothing
-- begins with.
--
-- A function, because the bound of likeness is a setting: two letters that changed places leave a word of six with a
-- quarter of its trigrams, less than the extension's own bound. Words much less alike than the best one are not meant.

-- Only a superuser may name a setting that nobody has declared yet. Where the extension was there before this session it
-- has to be used once, and with that its settings are known.
DO $$
BEGIN
    PERFORM extensions.similarity('', '');
END $$;

CREATE FUNCTION projections.nearest_words(mistyped text, most integer) RETURNS text[]
LANGUAGE plpgsql STABLE SET pg_trgm.similarity_threshold = 0.25
AS $$
BEGIN
    RETURN ARRAY(
        SELECT n.word
        FROM (
            SELECT w.word, extensions.similarity(w.word, mistyped) AS likeness,
                   max(extensions.similarity(w.word, mistyped)) OVER () AS best
            FROM projections.search_words AS w WHERE w.word OPERATOR(extensions.%) mistyped
        ) AS n
        WHERE n.likeness >= 0.75 * n.best ORDER BY n.likeness DESC, n.word LIMIT most);
END
$$;
