-- Where read tables live, and where a rebuild fills theirs until they are switched in. The tables themselves are made
-- by the worker from projections/*.sql: they belong to a projector's version, not to the database's.

CREATE SCHEMA projections AUTHORIZATION seatledger_projections;
CREATE SCHEMA projections_next AUTHORIZATION seatledger_projections;

GRANT USAGE ON SCHEMA projections TO seatledger_query;

-- A table keeps the rights it was made with when it moves from one schema to the other.
ALTER DEFAULT PRIVILEGES FOR ROLE seatledger_projections IN SCHEMA projections, projections_next
    GRANT SELECT ON TABLES TO seatledger_query;

-- Which version of each projector the live tables are, and which tables those are: a newer version may own others.
CREATE TABLE projections.projectors (
    name     text        PRIMARY KEY,
    version  integer     NOT NULL,
    tables   text[]      NOT NULL,
    built_at timestamptz NOT NULL
);

ALTER TABLE projections.projectors OWNER TO seatledger_projections;
GRANT SELECT ON projections.projectors TO seatledger_query;
