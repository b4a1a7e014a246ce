-- The users of compose.yaml, made once, when the server's data folder is new: its image runs every file of this kind
-- in /docker-entrypoint-initdb.d. psql reads the passwords from the environment; without one it stops with an error.

\set ON_ERROR_STOP on
\getenv owner_password SEATLEDGER_OWNER_PASSWORD
\getenv command_password SEATLEDGER_COMMAND_PASSWORD
\getenv query_password SEATLEDGER_QUERY_PASSWORD
\getenv projections_password SEATLEDGER_PROJECTIONS_PASSWORD

-- Owns the database and what the migrations make in it. No process that serves requests signs in as this one.
-- CREATEROLE because a migration asks for the roles below; it finds them made.
CREATE ROLE seatledger_owner LOGIN CREATEROLE PASSWORD :'owner_password';

-- One for each process. What each may do is granted by the migrations.
CREATE ROLE seatledger_command LOGIN PASSWORD :'command_password';
CREATE ROLE seatledger_query LOGIN NOINHERIT PASSWORD :'query_password';
CREATE ROLE seatledger_projections LOGIN PASSWORD :'projections_password';

-- Nobody signs in as this one: the process that answers read clients becomes it where it reads the log for auditors, and
-- has none of its rights before.
CREATE ROLE seatledger_audit;
GRANT seatledger_audit TO seatledger_query;

-- The owner hands tables to them, and commands of the operator act as them.
GRANT seatledger_command, seatledger_query, seatledger_projections, seatledger_audit TO seatledger_owner;

ALTER DATABASE :"DBNAME" OWNER TO seatledger_owner;
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO seatledger_command, seatledger_query, seatledger_projections;
