-- The one way into the log. Many items in one round trip; each item is a stream's facts, all or none.
--
-- The order of locks is what makes it safe: stream rows in key order, then the log's head. Positions are drawn last,
-- when every other lock is held, so they become visible in their own order and a tailing reader loses nothing.
-- Commands are inserted under the log's lock, so two inserts of the same one can never wait for each other.

CREATE FUNCTION eventstore.append(
    p_log_id       smallint,
    p_recorded_at  timestamptz,
    -- one element per item
    i_streams      text[],
    i_after        bigint[],    -- the version the item's decision was based on
    i_previous     bytea[],     -- the stream's hash at that version
    i_heads        bytea[],     -- its hash after the item
    i_counts       integer[],   -- how many facts the item has
    -- one element per fact, items in order
    f_items        integer[],   -- the item it belongs to, from 1
    f_versions     bigint[],
    f_names        text[],
    f_schemas      smallint[],
    f_data         text[],
    f_metadata     text[],
    f_tags         text[],      -- each an array literal, as arrays of arrays cannot be ragged
    f_commands     uuid[],
    f_hashes       bytea[],
    -- one element per command to remember
    c_items        integer[],
    c_ids          uuid[],
    c_fingerprints bytea[],
    c_answers      text[],
    c_ends         integer[]    -- the number of the item's facts up to the command's last one
) RETURNS TABLE (outcome text, version bigint, base bigint, duplicates uuid[])
LANGUAGE plpgsql
SECURITY DEFINER
-- pg_temp last and by name: left out it would come first, and a caller's temporary type named `json` or `text` would be
-- ours, with its CHECK running as the owner of the log.
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    known    uuid[];
    outcomes text[];
    versions bigint[];
    bases    bigint[];
    accepted bigint;
    log_head bigint;
    expected bigint;
    inserted bigint;
    items    integer[];
    numbered bigint[];
    later    bigint;
    shared   uuid[];
BEGIN
    -- Positions are counted by `i_counts` and filled by the facts: were the two to differ, the log would have a gap.
    SELECT coalesce(array_agg(i.item::integer ORDER BY i.item, n), '{}'),
           coalesce(array_agg(i.after + n ORDER BY i.item, n), '{}')
    INTO items, numbered
    FROM unnest(i_after, i_counts) WITH ORDINALITY AS i (after, count, item), generate_series(1, i.count) AS n;

    IF 0 > ANY (i_counts) OR f_items IS DISTINCT FROM items OR f_versions IS DISTINCT FROM numbered
        OR 1 > ANY (c_items) OR cardinality(i_streams) < ANY (c_items)
    THEN
        RAISE 'the facts and commands are not those that the items announce' USING ERRCODE = 'invalid_parameter_value';
    END IF;

    -- The head of an empty stream is ours to say: 32 zero bytes.
    INSERT INTO eventstore.streams AS s (log_id, stream, version, head)
    SELECT p_log_id, i.stream, 0, decode(repeat('00', 32), 'hex')
    FROM unnest(i_streams, i_after) AS i (stream, after)
    WHERE i.after = 0
    ORDER BY i.stream
    ON CONFLICT DO NOTHING;

    PERFORM 1 FROM eventstore.streams AS s
    WHERE s.log_id = p_log_id AND s.stream = ANY (i_streams)
    ORDER BY s.stream
    FOR UPDATE;

    -- From here on each statement sees what the locks waited for.
    SELECT coalesce(array_agg(c.command_id), '{}') INTO known
    FROM eventstore.commands AS c
    WHERE c.log_id = p_log_id AND c.command_id = ANY (c_ids);

    SELECT array_agg(
               CASE
                   WHEN i.number IN (SELECT c.item FROM unnest(c_items, c_ids) AS c (item, id) WHERE c.id = ANY (known))
                       THEN 'duplicate'
                   WHEN s.version IS DISTINCT FROM i.after THEN 'conflict'
                   WHEN s.head <> i.previous THEN 'broken'
                   ELSE 'appended'
               END
               ORDER BY i.number),
           array_agg(coalesce(s.version, 0) ORDER BY i.number)
    INTO outcomes, versions
    FROM unnest(i_streams, i_after, i_previous) WITH ORDINALITY AS i (stream, after, previous, number)
    LEFT JOIN eventstore.streams AS s ON s.log_id = p_log_id AND s.stream = i.stream;

    IF 'broken' = ANY (outcomes) THEN
        RAISE 'a stream''s hash chain does not stand where the writer left it' USING ERRCODE = 'data_corrupted';
    END IF;

    -- One command in two items: the first of them that is written carries it out.
    IF (SELECT count(*) <> count(DISTINCT c.id) FROM unnest(c_ids) AS c (id)) THEN
        FOR later IN SELECT DISTINCT c.item FROM unnest(c_items) AS c (item) ORDER BY 1 LOOP
            SELECT array_agg(DISTINCT c.id) INTO shared
            FROM unnest(c_items, c_ids) AS c (item, id)
            JOIN unnest(c_items, c_ids) AS e (item, id) ON e.id = c.id AND e.item < c.item
            WHERE c.item = later AND outcomes[e.item] = 'appended';

            IF shared IS NOT NULL AND outcomes[later] <> 'duplicate' THEN
                outcomes[later] := 'duplicate';
                known := known || shared;
            END IF;
        END LOOP;
    END IF;

    IF 'appended' = ANY (outcomes) THEN
        SELECT sum(i.count) FILTER (WHERE outcomes[i.number] = 'appended') INTO accepted
        FROM unnest(i_counts) WITH ORDINALITY AS i (count, number);

        UPDATE eventstore.log AS l SET last_position = l.last_position + accepted
        WHERE l.log_id = p_log_id
        RETURNING l.last_position - accepted INTO log_head;

        SELECT array_agg(log_head + i.before ORDER BY i.number) INTO bases
        FROM (
            SELECT u.number, coalesce(sum(u.count) FILTER (WHERE outcomes[u.number] = 'appended')
                OVER (ORDER BY u.number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
            FROM unnest(i_counts) WITH ORDINALITY AS u (count, number)
        ) AS i;

        INSERT INTO eventstore.events
            (log_id, position, stream, version, name, schema_version, data, metadata, tags, command_id, recorded_at, hash)
        SELECT p_log_id, log_head + row_number() OVER (ORDER BY f.place), i_streams[f.item], f.version, f.name, f.schema,
               f.data::json, f.metadata::json, f.tags::text[], f.command, p_recorded_at, f.hash
        FROM unnest(f_items, f_versions, f_names, f_schemas, f_data, f_metadata, f_tags, f_commands, f_hashes)
             WITH ORDINALITY AS f (item, version, name, schema, data, metadata, tags, command, hash, place)
        WHERE outcomes[f.item] = 'appended';

        UPDATE eventstore.streams AS s SET version = i.after + i.count, head = i.head
        FROM unnest(i_streams, i_after, i_heads, i_counts) WITH ORDINALITY AS i (stream, after, head, count, number)
        WHERE s.log_id = p_log_id AND s.stream = i.stream AND i.count > 0 AND outcomes[i.number] = 'appended';

        INSERT INTO eventstore.commands (log_id, command_id, position, recorded_at, fingerprint, answer)
        SELECT p_log_id, c.id, bases[c.item] + c.facts_end, p_recorded_at, c.fingerprint, c.answer::json
        FROM unnest(c_items, c_ids, c_fingerprints, c_answers, c_ends) AS c (item, id, fingerprint, answer, facts_end)
        WHERE outcomes[c.item] = 'appended'
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS inserted = ROW_COUNT;

        SELECT count(*) INTO expected FROM unnest(c_items) AS c (item) WHERE outcomes[c.item] = 'appended';
        IF inserted <> expected THEN
            -- Another process carried one of them out between our look and the log's lock. Nothing of this call
            -- stands; the caller's next try finds the command known.
            RAISE 'a command was carried out at the same moment elsewhere' USING ERRCODE = 'serialization_failure';
        END IF;
    END IF;

    RETURN QUERY
    SELECT o.outcome, o.version, bases[o.number],
           ARRAY(SELECT c.id FROM unnest(c_items, c_ids) AS c (item, id)
                 WHERE o.outcome = 'duplicate' AND c.item = o.number AND c.id = ANY (known))
    FROM unnest(outcomes, versions) WITH ORDINALITY AS o (outcome, version, number)
    ORDER BY o.number;
END
$$;

REVOKE ALL ON FUNCTION eventstore.append FROM PUBLIC;
