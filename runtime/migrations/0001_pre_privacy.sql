-- The keys of people. What is about a person stands encrypted everywhere else, so to erase somebody is to delete a row
-- here. Keys are wrapped by the master key, which the database does not know.

CREATE SCHEMA privacy;
GRANT USAGE ON SCHEMA privacy TO seatledger_command, seatledger_query, seatledger_projections, seatledger_audit;

-- One for each address that anybody gave: who has the same address has the same `contact_id`. The address itself is
-- not here: `address_hash` is made with a secret, and goes with the last person who gave it.
CREATE TABLE privacy.contacts (
    address_hash bytea PRIMARY KEY,
    contact_id   uuid  NOT NULL UNIQUE
);

-- An account is one person. Who has no account is one person for each address.
CREATE TABLE privacy.people (
    person_id   uuid        PRIMARY KEY,
    account_id  uuid        UNIQUE,
    contact_id  uuid        NOT NULL REFERENCES privacy.contacts (contact_id),
    wrapped_key bytea       NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE UNIQUE INDEX people_guests ON privacy.people (contact_id) WHERE account_id IS NULL;
CREATE INDEX people_contact ON privacy.people (contact_id);

-- Who was erased lately, for processes that may still have the key in memory. Nothing here says who it was.
CREATE TABLE privacy.erasures (
    person_id uuid        PRIMARY KEY,
    erased_at timestamptz NOT NULL
);
CREATE INDEX erasures_time ON privacy.erasures (erased_at);

-- What hashes addresses and fingerprints, wrapped.
CREATE TABLE privacy.secrets (
    name           text  PRIMARY KEY,
    wrapped_secret bytea NOT NULL
);

GRANT SELECT ON privacy.people, privacy.erasures
    TO seatledger_command, seatledger_query, seatledger_projections, seatledger_audit;
GRANT SELECT ON privacy.contacts, privacy.secrets TO seatledger_command;
GRANT INSERT, DELETE ON privacy.people TO seatledger_command;
GRANT INSERT, UPDATE, DELETE ON privacy.contacts TO seatledger_command;
GRANT INSERT ON privacy.erasures, privacy.secrets TO seatledger_command;
