-- What the policy `when_hold_expires_release_seats` has to remember: which holds are open, and until when.
-- Its checkpoint is the subscription of the same name, and moves in the same transaction.

CREATE TABLE command_api.open_holds (
    booking_id uuid        PRIMARY KEY,
    show_id    uuid        NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX open_holds_due ON command_api.open_holds (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON command_api.open_holds TO seatledger_command;
