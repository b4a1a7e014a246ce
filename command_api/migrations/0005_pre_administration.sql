-- What has to be asked of accounts across streams: who may get in, who administrates. The log says the same, and both
-- are written in one transaction.

ALTER TABLE command_api.credentials ADD COLUMN role text NOT NULL DEFAULT 'customer';
ALTER TABLE command_api.credentials ADD COLUMN disabled_at timestamptz;

UPDATE command_api.credentials AS c SET role = f.role
FROM (SELECT DISTINCT ON (stream) stream, data::jsonb ->> 'role' AS role
      FROM eventstore.events
      WHERE name IN ('UserRegistered', 'UserRoleChanged')
      ORDER BY stream, version DESC) AS f
WHERE f.stream = 'user-' || c.user_id;

CREATE INDEX credentials_role ON command_api.credentials (role, user_id);

-- Whoever may leave the product without an administrator first locks this row: two who go at the same moment wait for
-- one another, and the second one sees that the first is gone.
CREATE TABLE command_api.guards (name text PRIMARY KEY);
INSERT INTO command_api.guards VALUES ('administrators');
GRANT SELECT, UPDATE ON command_api.guards TO seatledger_command;

-- A session is a family of refresh tokens, of which one is not spent. Old ones began when they were last used, at the latest.
ALTER TABLE command_api.refresh_tokens ADD COLUMN begun_at timestamptz NOT NULL DEFAULT clock_timestamp();
ALTER TABLE command_api.refresh_tokens ADD COLUMN issued_at timestamptz NOT NULL DEFAULT clock_timestamp();
CREATE INDEX refresh_tokens_expiry ON command_api.refresh_tokens (expires_at);

-- Whoever shows the token chooses a new password. Only the newest of a user counts, once.
CREATE TABLE command_api.password_resets (
    user_id    uuid        PRIMARY KEY REFERENCES command_api.credentials ON DELETE CASCADE,
    token_hash bytea       NOT NULL,
    made_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON command_api.password_resets TO seatledger_command;
