-- Which fact a checkpoint stands at, and not its number alone. A log that was restored to an earlier state gives its
-- numbers out again: once it has grown past a checkpoint of before, the number says nothing any more.
--
-- The hash holds for the position `fact_known_at` alone: whoever moves on and does not tell leaves it behind.
ALTER TABLE eventstore.checkpoints
    ADD COLUMN fact_hash     bytea,
    ADD COLUMN fact_known_at bigint;

-- Whether the log has the fact at which a checkpoint stands. With the rights of the owner, because those who answer read
-- clients tell it on their readiness page, and may not read the log.
CREATE FUNCTION eventstore.stands(p_log_id smallint, p_position bigint, p_hash bytea, p_known_at bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p_position = 0 OR EXISTS (
        SELECT FROM eventstore.events AS e
        WHERE e.log_id = p_log_id AND e.position = p_position
            AND (p_known_at IS DISTINCT FROM p_position OR p_hash IS NULL OR e.hash = p_hash)
    )
$$;

REVOKE ALL ON FUNCTION eventstore.stands FROM PUBLIC;
GRANT EXECUTE ON FUNCTION eventstore.stands
    TO seatledger_command, seatledger_query, seatledger_projections, seatledger_audit;
