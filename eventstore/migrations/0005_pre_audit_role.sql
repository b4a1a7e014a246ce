-- Whoever answers read clients has no business with the log: it reads tables made from it, and sees of the log how far
-- it is and since when. Auditors read the log, and have a role of their own for it.

DO $$
BEGIN
    CREATE ROLE seatledger_audit;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END
$$;

-- The process that serves both signs in once, as `seatledger_query`, and becomes `seatledger_audit` where it reads the
-- log; until it does, it has none of its rights. Where the roles were made by somebody else (compose.yaml), so was this.
DO $$
BEGIN
    IF current_setting('server_version_num')::integer >= 160000 THEN
        EXECUTE 'GRANT seatledger_audit TO seatledger_query WITH INHERIT FALSE';
    ELSE
        ALTER ROLE seatledger_query NOINHERIT;
        GRANT seatledger_audit TO seatledger_query;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END
$$;

GRANT USAGE ON SCHEMA eventstore TO seatledger_audit;
GRANT SELECT ON eventstore.log, eventstore.events, eventstore.streams, eventstore.checkpoints TO seatledger_audit;

REVOKE SELECT ON eventstore.events, eventstore.streams FROM seatledger_query;
GRANT SELECT (log_id, position, recorded_at) ON eventstore.events TO seatledger_query;
