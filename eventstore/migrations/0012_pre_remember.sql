-- Answers to commands that leave no facts, kept under the commands' keys: from then on no append that brings one of them
-- can be carried out, however late it comes, because it finds its command known. Those known already are told.
--
-- The log's lock is not taken: a flood of refusals must not hold up the sale that it is the shadow of. Two inserts of one
-- command may therefore wait for each other, which is what settles them; in order of their ids, so that two such calls
-- cannot wait in a circle. An append may bring the same commands in another order, and is told of a deadlock then: it
-- repeats, as it does after every lost race.

CREATE FUNCTION eventstore.remember(
    p_log_id       smallint,
    p_recorded_at  timestamptz,
    c_ids          uuid[],
    c_fingerprints bytea[],
    c_answers      text[]
) RETURNS TABLE (command_id uuid, fingerprint bytea, answer json, "position" bigint)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kept  uuid[];
    known uuid[];
BEGIN
    WITH added AS (
        INSERT INTO eventstore.commands AS c (log_id, command_id, position, recorded_at, fingerprint, answer)
        SELECT p_log_id, g.id, l.last_position, p_recorded_at, g.fingerprint, g.answer::json
        FROM unnest(c_ids, c_fingerprints, c_answers) AS g (id, fingerprint, answer), eventstore.log AS l
        WHERE l.log_id = p_log_id
        ORDER BY g.id
        ON CONFLICT DO NOTHING
        RETURNING c.command_id
    )
    SELECT coalesce(array_agg(added.command_id), '{}') INTO kept FROM added;

    SELECT coalesce(array_agg(others.id), '{}') INTO known
    FROM (SELECT unnest(c_ids) EXCEPT SELECT unnest(kept)) AS others (id);

    -- A statement of its own sees what the insert has waited for.
    RETURN QUERY
    SELECT c.command_id, c.fingerprint, c.answer, c.position
    FROM eventstore.commands AS c
    WHERE c.log_id = p_log_id AND c.command_id = ANY (known);
END
$$;

REVOKE ALL ON FUNCTION eventstore.remember FROM PUBLIC;
GRANT EXECUTE ON FUNCTION eventstore.remember TO seatledger_command;
