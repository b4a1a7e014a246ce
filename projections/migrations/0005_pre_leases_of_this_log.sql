-- Leases and passing over as they were, and now they know the fact at which a checkpoint stands: see
-- eventstore/migrations/0010. A worker of before asks for three of the columns and is none the wiser.

DROP FUNCTION projections.take_lease(text);

-- Take the lease of one projector until the end of the transaction, which from here on works in the live schema. No row
-- when somebody else holds it. `version` is null while there are no live tables;
-- `stands` says whether the log has the fact at which the checkpoint stands.
CREATE FUNCTION projections.take_lease(p_name text)
RETURNS TABLE (at_position bigint, version integer, parked text[], stands boolean)
LANGUAGE plpgsql
AS $$
DECLARE
    found_at bigint;
    kept     eventstore.checkpoints;
BEGIN
    SELECT c.* INTO kept FROM eventstore.checkpoints AS c
    WHERE c.log_id = 1 AND c.subscription = p_name
    FOR UPDATE SKIP LOCKED;
    found_at := kept.position;

    IF NOT FOUND THEN
        -- Locked, or not there yet.
        INSERT INTO eventstore.checkpoints AS c (log_id, subscription, position) VALUES (1, p_name, 0)
        ON CONFLICT DO NOTHING RETURNING c.position INTO found_at;

        IF NOT FOUND THEN
            RETURN;
        END IF;
    END IF;

    -- Nothing here is the only copy of anything: after a crash the checkpoint and the rows have both gone back a moment,
    -- and the log has it all. So a commit need not wait for the disk.
    PERFORM set_config('search_path', 'projections', true), set_config('synchronous_commit', 'off', true);

    RETURN QUERY
    SELECT found_at,
           (SELECT p.version FROM projections.projectors AS p WHERE p.name = p_name),
           ARRAY(SELECT s.stream FROM eventstore.parked AS s WHERE s.log_id = 1 AND s.subscription = p_name),
           eventstore.stands(1::smallint, found_at, kept.fact_hash, kept.fact_known_at);
END
$$;

-- Move checkpoints past facts that do not concern their projectors; element n of each array is about the same one. Of
-- those asked for, a checkpoint moves if nobody holds its lease, it stands where the caller believes and at a fact of this
-- log, and the live tables are of the version for which the caller has judged the facts. Returns the names of those that have moved, and
-- tells them in one notice: where each stands now, and which transaction last changed its rows, as passing over facts
-- changes none. A worker that has moved the checkpoint without telling may have changed some: then it counts as ours.
CREATE OR REPLACE FUNCTION projections.pass_over(
    p_names    text[],
    p_versions integer[],
    p_from     bigint[],
    p_to       bigint[],
    p_recorded timestamptz[],   -- when the facts at `p_to` were recorded
    p_channel  text
) RETURNS text[]
LANGUAGE plpgsql
AS $$
DECLARE
    free  text[];
    moved json;
BEGIN
    SELECT array_agg(locked.subscription) INTO free
    FROM (
        SELECT c.subscription FROM eventstore.checkpoints AS c
        WHERE c.log_id = 1 AND c.subscription = ANY (p_names)
        FOR UPDATE SKIP LOCKED
    ) AS locked;

    PERFORM set_config('synchronous_commit', 'off', true);

    WITH moving AS (
        UPDATE eventstore.checkpoints AS c
        SET position = pass.position,
            recorded_at = pass.recorded_at,
            changed_by = CASE WHEN c.changed_known_at = c.position THEN c.changed_by ELSE pg_current_xact_id() END,
            changed_known_at = pass.position,
            fact_hash = (SELECT e.hash FROM eventstore.events AS e WHERE e.log_id = 1 AND e.position = pass.position),
            fact_known_at = pass.position
        FROM unnest(p_names, p_versions, p_from, p_to, p_recorded)
                 AS pass (name, version, stands, position, recorded_at)
        JOIN projections.projectors AS p ON p.name = pass.name AND p.version = pass.version
        WHERE c.log_id = 1 AND c.subscription = pass.name AND c.position = pass.stands AND pass.name = ANY (free)
            AND eventstore.stands(1::smallint, c.position, c.fact_hash, c.fact_known_at)
        RETURNING c.subscription, c.position, c.changed_by
    )
    SELECT json_object_agg(m.subscription, json_build_array(m.position, m.changed_by::text)) INTO moved
    FROM moving AS m;

    IF moved IS NULL THEN
        RETURN '{}';
    END IF;
    PERFORM pg_notify(p_channel, moved::text);
    RETURN ARRAY(SELECT json_object_keys(moved));
END
$$;

REVOKE ALL ON FUNCTION projections.take_lease FROM PUBLIC;
GRANT EXECUTE ON FUNCTION projections.take_lease TO seatledger_projections;
