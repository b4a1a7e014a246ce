-- What is needed to tell who is calling, and from when on somebody's tokens count no more. Whoever serves HTTP reads
-- it; only the command side writes it.

CREATE SCHEMA access;
GRANT USAGE ON SCHEMA access TO seatledger_command, seatledger_query;

-- The keys that access tokens are signed with. The newest one without an end signs; the others only verify, until
-- their end, when the last token they signed has expired.
CREATE TABLE access.signing_keys (
    kid         text        PRIMARY KEY,
    algorithm   text        NOT NULL,
    public_jwk  json        NOT NULL,
    private_key bytea       NOT NULL,   -- wrapped by the master key
    created_at  timestamptz NOT NULL,
    not_after   timestamptz
);

-- Whoever reads a private key can be anybody: the command side only, which issues the tokens.
GRANT SELECT, INSERT, UPDATE, DELETE ON access.signing_keys TO seatledger_command;
GRANT SELECT (kid, algorithm, public_jwk, created_at, not_after) ON access.signing_keys
    TO seatledger_query;

-- Tokens of a user count only if they were issued in this generation or a later one. A sequence gives a number only
-- once, also when a transaction is rolled back: a token can never be of a generation that is yet to come.
CREATE SEQUENCE access.generations;
GRANT USAGE ON SEQUENCE access.generations TO seatledger_command;

CREATE TABLE access.revocations (
    user_id     uuid        PRIMARY KEY,
    generation  bigint      NOT NULL,
    tokens_from timestamptz NOT NULL,   -- for tokens of other issuers, which know nothing of generations
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    reason      text        NOT NULL
);
CREATE INDEX revocations_recorded ON access.revocations (recorded_at);

GRANT SELECT, INSERT, UPDATE ON access.revocations TO seatledger_command;
GRANT SELECT ON access.revocations TO seatledger_query;

-- The master key is changed while everything runs: what it wraps is wrapped anew in its place.
GRANT UPDATE (wrapped_key) ON privacy.people TO seatledger_command;
GRANT UPDATE (wrapped_secret) ON privacy.secrets TO seatledger_command;

-- A secret has 256 bits of chance, so its plain hash gives nothing away.
CREATE TABLE access.api_keys (
    key_id       uuid        PRIMARY KEY,
    secret_hash  bytea       NOT NULL,
    name         text        NOT NULL,
    role         text        NOT NULL,
    events       uuid[],
    owner_id     uuid        NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
CREATE INDEX api_keys_owner ON access.api_keys (owner_id, key_id);

GRANT SELECT, INSERT, UPDATE ON access.api_keys TO seatledger_command;
GRANT SELECT, UPDATE (last_used_at) ON access.api_keys
    TO seatledger_query;
