-- As before, and what is told of each projector is also which transaction last changed its rows: passing over facts
-- changes none. A worker that has moved the checkpoint without telling may have changed some, so then it counts as ours.
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
            changed_known_at = pass.position
        FROM unnest(p_names, p_versions, p_from, p_to, p_recorded)
                 AS pass (name, version, stands, position, recorded_at)
        JOIN projections.projectors AS p ON p.name = pass.name AND p.version = pass.version
        WHERE c.log_id = 1 AND c.subscription = pass.name AND c.position = pass.stands AND pass.name = ANY (free)
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
