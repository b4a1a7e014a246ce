-- What a read model's rows are known by, `eventstore.checkpoints.changed_by`, was the id of the transaction that last
-- changed them. But projectors do not wait for the disk: after a crash of the database such a transaction may never have
-- been, its id is given out again, to whatever comes next, and whoever has kept a copy under it would hear that nothing
-- has changed. A restored database gives its ids out again as well. So from now on it is a number drawn for each change.

-- 60 bits, all of them drawn: the last fifteen digits of a version 4 UUID.
CREATE FUNCTION projections.new_mark() RETURNS xid8
LANGUAGE sql VOLATILE
AS $$
    SELECT ('x' || right(replace(gen_random_uuid()::text, '-', ''), 15))::bit(60)::bigint::text::xid8
$$;

REVOKE ALL ON FUNCTION projections.new_mark FROM PUBLIC;
GRANT EXECUTE ON FUNCTION projections.new_mark TO seatledger_projections;

-- Move checkpoints past facts that do not concern their projectors; element n of each array is about the same one. Of
-- those asked for, a checkpoint moves if nobody holds its lease, it stands where the caller believes and at a fact of this
-- log, and the live tables are of the version for which the caller has judged the facts. Returns the names of those that have moved, and
-- tells them in one notice: where each stands now, and the mark of its rows, as passing over facts changes none. A worker that has moved the checkpoint without telling may have changed some: then it counts as ours.
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
            changed_by = CASE WHEN c.changed_known_at = c.position THEN c.changed_by ELSE projections.new_mark() END,
            changed_known_at = pass.position,
            fact_hash = e.hash,
            fact_known_at = pass.position
        FROM unnest(p_names, p_versions, p_from, p_to, p_recorded)
                 AS pass (name, version, stands, position, recorded_at)
        JOIN projections.projectors AS p ON p.name = pass.name AND p.version = pass.version
        JOIN eventstore.events AS e
            ON e.log_id = 1 AND e.position = pass.position AND e.recorded_at = pass.recorded_at
        WHERE c.log_id = 1 AND c.subscription = pass.name AND c.position = pass.stands AND pass.name = ANY (free)
            AND eventstore.stands(1::smallint, c.position, c.fact_hash, c.fact_known_at)
        RETURNING c.subscription, c.position, c.changed_by, c.fact_hash
    )
    SELECT json_object_agg(m.subscription, json_build_array(m.position, m.changed_by::text, encode(m.fact_hash, 'hex')))
    INTO moved
    FROM moving AS m;

    IF moved IS NULL THEN
        RETURN '{}';
    END IF;
    PERFORM pg_notify(p_channel, moved::text);
    RETURN ARRAY(SELECT json_object_keys(moved));
END
$$;
