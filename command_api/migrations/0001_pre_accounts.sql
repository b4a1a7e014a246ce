-- What signing in needs and what is not history: passwords and refresh tokens change, end and are deleted.

CREATE SCHEMA command_api;
GRANT USAGE ON SCHEMA command_api TO seatledger_command;

-- One account for an address. Who somebody is and which role they have stands in the log (`user-<id>`).
CREATE TABLE command_api.credentials (
    user_id       uuid        PRIMARY KEY,
    email         text        NOT NULL UNIQUE,   -- normalised: trimmed, lower case
    password_hash text        NOT NULL,
    created_at    timestamptz NOT NULL
);

-- A refresh token is spent when it is used. One that is used again was stolen or copied: its whole family ends.
CREATE TABLE command_api.refresh_tokens (
    token_hash bytea       PRIMARY KEY,
    family     uuid        NOT NULL,
    user_id    uuid        NOT NULL REFERENCES command_api.credentials,
    expires_at timestamptz NOT NULL,
    spent_at   timestamptz
);
CREATE INDEX refresh_tokens_family ON command_api.refresh_tokens (family);
CREATE INDEX refresh_tokens_user ON command_api.refresh_tokens (user_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON command_api.credentials, command_api.refresh_tokens TO seatledger_command;
