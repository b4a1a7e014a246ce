-- What the policy `when_show_is_cancelled_cancel_bookings` has to remember: the shows it has not finished with.

CREATE TABLE command_api.cancelled_shows (
    show_id      uuid        PRIMARY KEY,
    cancelled_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON command_api.cancelled_shows TO seatledger_command;
