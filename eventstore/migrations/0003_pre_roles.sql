-- One role per process. Roles belong to the server, not to the database, so they may be there already: compose.yaml
-- makes them with passwords, and two databases on one server share them.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['seatledger_command', 'seatledger_query', 'seatledger_projections'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I', name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;
END
$$;

-- Nobody below has UPDATE, DELETE or TRUNCATE on the log: it is append-only because the database says so.
GRANT USAGE ON SCHEMA eventstore TO seatledger_command, seatledger_query, seatledger_projections;
GRANT SELECT ON eventstore.log, eventstore.events, eventstore.checkpoints, eventstore.parked
    TO seatledger_command, seatledger_query, seatledger_projections;
GRANT SELECT ON eventstore.streams TO seatledger_command, seatledger_query;

GRANT SELECT ON eventstore.commands TO seatledger_command;
GRANT EXECUTE ON FUNCTION eventstore.append TO seatledger_command;

GRANT INSERT, UPDATE ON eventstore.checkpoints TO seatledger_command, seatledger_projections;
GRANT INSERT, UPDATE, DELETE ON eventstore.parked TO seatledger_command, seatledger_projections;
