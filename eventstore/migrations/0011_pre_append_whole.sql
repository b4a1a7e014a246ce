-- The way into the log for what goes well, which is nearly everything: what is given is written as a whole, or nothing is
-- and the answer is null. Then `eventstore.append` is asked, which tells of each item why. It promises no less than that
-- one: the same checks, and the same locks in the same order.
--
-- It is quicker because it has nothing to tell apart, and because facts come as the fields of one text: twenty arrays cost
-- the driver something for each of their elements.

CREATE FUNCTION eventstore.append_whole(
    p_log_id      smallint,
    p_recorded_at timestamptz,
    p_separator   text,    -- one character that is in none of the fields of the texts below
    -- four for each item: its stream, the version its decision was based on, the stream's hash at that version in hex, and
    -- how many facts it has
    p_items       text,
    -- six for each fact, items in order: name, schema version, data, metadata, tags as an array literal, command
    p_facts       text,
    -- four for each command to remember: id, fingerprint in hex, answer, and the number of all facts up to its last one
    p_commands    text,
    p_hashes      bytea    -- 32 bytes for each fact
) RETURNS bigint           -- the log's position before the first fact
LANGUAGE plpgsql STRICT
SECURITY DEFINER
-- pg_temp last and by name, as for `eventstore.append`.
SET search_path = pg_catalog, pg_temp
-- As it knows how many rows will come, PostgreSQL would plan for them anew each time, and come to the same plan.
SET plan_cache_mode = force_generic_plan
-- A session keeps its plans. One that was made when a table was small must still do when it is large.
SET enable_seqscan = off
AS $$
DECLARE
    i        text[]  := string_to_array(p_items, p_separator);
    f        text[]  := string_to_array(p_facts, p_separator);
    c        text[]  := string_to_array(p_commands, p_separator);
    items    integer := cardinality(i) / 4;
    facts    integer := length(p_hashes) / 32;
    commands integer := cardinality(c) / 4;
    after    bigint  := i[2];
    counted  bigint  := i[4];
    streams  text[];
    afters   bigint[];
    previous bytea[];
    befores  integer[];    -- how many facts come before those of an item,
    ends     integer[];    -- and how many up to its last one
    standing bigint;
    base     bigint;
    inserted bigint;
BEGIN
    IF items > 1 THEN
        SELECT array_agg(x.stream), array_agg(x.after), array_agg(x.previous), array_agg(x.upto - x.count),
               array_agg(x.upto), CASE WHEN min(x.count) > 0 THEN sum(x.count) END
        INTO streams, afters, previous, befores, ends, counted
        FROM (
            SELECT i[4 * n - 3] AS stream, i[4 * n - 2]::bigint AS after, decode(i[4 * n - 1], 'hex') AS previous,
                   i[4 * n]::integer AS count,
                   (sum(i[4 * n]::integer) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING))::integer AS upto
            FROM generate_series(1, items) AS n
        ) AS x;
    END IF;

    -- Versions are counted by what the items announce, positions by the hashes, and both are filled by the fields.
    IF items < 1 OR facts < 1 OR counted IS DISTINCT FROM facts OR cardinality(i) <> 4 * items
        OR cardinality(f) <> 6 * facts OR length(p_hashes) <> 32 * facts OR cardinality(c) <> 4 * commands
    THEN
        RAISE 'the facts and commands are not those that the items announce' USING ERRCODE = 'invalid_parameter_value';
    END IF;

    -- A condition of its own, as PL/pgSQL makes one query of each: with AND it would be looked for where there are none.
    IF commands > 0 THEN
        IF EXISTS (
            SELECT FROM eventstore.commands AS k
            WHERE k.log_id = p_log_id
                AND k.command_id = ANY (ARRAY(SELECT c[4 * n - 3]::uuid FROM generate_series(1, commands) AS n))
        ) THEN
            RETURN NULL;
        END IF;
    END IF;

    -- One stream needs no order: its row is locked and moved on in one.
    IF items > 1 THEN
        INSERT INTO eventstore.streams (log_id, stream, version, head)
        SELECT p_log_id, x.stream, 0, decode(repeat('00', 32), 'hex')
        FROM unnest(streams, afters) AS x (stream, after)
        WHERE x.after = 0
        ORDER BY x.stream
        ON CONFLICT DO NOTHING;

        WITH locked AS MATERIALIZED (
            SELECT s.stream, s.version, s.head FROM eventstore.streams AS s
            WHERE s.log_id = p_log_id AND s.stream = ANY (streams)
            ORDER BY s.stream
            FOR UPDATE
        )
        SELECT count(*) INTO standing
        FROM unnest(streams, afters, previous) AS x (stream, after, head) JOIN locked AS s USING (stream)
        WHERE s.version = x.after AND s.head = x.head;

        IF standing <> items THEN
            RETURN NULL;
        END IF;

        -- ANY says again what the join says, because only of the table itself is it sure to be looked up by the key.
        UPDATE eventstore.streams AS s
        SET version = x.after + x.upto - x.before, head = substring(p_hashes FROM 32 * x.upto - 31 FOR 32)
        FROM unnest(streams, afters, befores, ends) AS x (stream, after, before, upto)
        WHERE s.log_id = p_log_id AND s.stream = ANY (streams) AND s.stream = x.stream;
    ELSIF after > 0 THEN
        UPDATE eventstore.streams AS s
        SET version = after + facts, head = substring(p_hashes FROM 32 * facts - 31 FOR 32)
        WHERE s.log_id = p_log_id AND s.stream = i[1] AND s.version = after AND s.head = decode(i[3], 'hex');

        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    ELSE
        INSERT INTO eventstore.streams AS s (log_id, stream, version, head)
        SELECT p_log_id, i[1], facts, substring(p_hashes FROM 32 * facts - 31 FOR 32)
        WHERE after = 0 AND i[3] = repeat('00', 32)
        ON CONFLICT (log_id, stream) DO UPDATE SET version = excluded.version, head = excluded.head WHERE s.version = 0;

        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;

    UPDATE eventstore.log AS l SET last_position = l.last_position + facts
    WHERE l.log_id = p_log_id
    RETURNING l.last_position - facts INTO base;

    -- The same twice: with the join in it, the first would take a sixth longer for a single fact.
    IF items = 1 THEN
        INSERT INTO eventstore.events
            (log_id, position, stream, version, name, schema_version, data, metadata, tags, command_id, recorded_at, hash)
        SELECT p_log_id, base + n, i[1], after + n, f[6 * n - 5], f[6 * n - 4]::smallint, f[6 * n - 3]::json,
               f[6 * n - 2]::json, f[6 * n - 1]::text[], f[6 * n]::uuid, p_recorded_at,
               substring(p_hashes FROM 32 * n - 31 FOR 32)
        FROM generate_series(1, facts) AS n;
    ELSE
        INSERT INTO eventstore.events
            (log_id, position, stream, version, name, schema_version, data, metadata, tags, command_id, recorded_at, hash)
        SELECT p_log_id, base + n, x.stream, x.after + n - x.before, f[6 * n - 5], f[6 * n - 4]::smallint,
               f[6 * n - 3]::json, f[6 * n - 2]::json, f[6 * n - 1]::text[], f[6 * n]::uuid, p_recorded_at,
               substring(p_hashes FROM 32 * n - 31 FOR 32)
        FROM unnest(streams, afters, befores, ends) AS x (stream, after, before, upto),
             generate_series(x.before + 1, x.upto) AS n;
    END IF;

    IF commands > 0 THEN
        INSERT INTO eventstore.commands (log_id, command_id, position, recorded_at, fingerprint, answer)
        SELECT p_log_id, c[4 * n - 3]::uuid, base + c[4 * n]::integer, p_recorded_at, decode(c[4 * n - 2], 'hex'),
               c[4 * n - 1]::json
        FROM generate_series(1, commands) AS n
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS inserted = ROW_COUNT;

        IF inserted <> commands THEN
            -- Another process carried one of them out between our look and the log's lock. Nothing of this call
            -- stands; the caller's next try finds the command known.
            RAISE 'a command was carried out at the same moment elsewhere' USING ERRCODE = 'serialization_failure';
        END IF;
    END IF;

    RETURN base;
END
$$;

REVOKE ALL ON FUNCTION eventstore.append_whole FROM PUBLIC;
GRANT EXECUTE ON FUNCTION eventstore.append_whole TO seatledger_command;
