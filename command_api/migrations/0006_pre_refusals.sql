-- Commands that were refused, each with where its stream stood, so that it can be decided again. A refusal is no fact:
-- nothing follows from it, and the log's head is what every sale waits for.

-- `asked` is the command and `reason` the data of the refusal, in the domain's words, personal text encrypted as in facts.
-- `booking_id` is one that was there: a booking that was refused was never made, and `customer_id` who it would be for.
-- A refusal of a command that goes another way than through the writers has no stream, and does not say what it asked.
CREATE TABLE command_api.refusals (
    log_id          smallint    NOT NULL,
    refusal_id      uuid        NOT NULL,
    asked_at        timestamptz NOT NULL,
    stream          text,
    version         bigint,
    command         text        NOT NULL,
    command_id      uuid        NOT NULL,
    by_id           text        NOT NULL,
    role            text        NOT NULL,
    request_id      text,
    idempotency_key text,
    booking_id      text,
    customer_id     text,
    status          smallint    NOT NULL,
    code            text        NOT NULL,
    refusal         text        NOT NULL,
    reason          json        NOT NULL,
    asked           json,
    if_match        json,
    PRIMARY KEY (log_id, refusal_id)
);
CREATE INDEX refusals_asked ON command_api.refusals (log_id, asked_at, refusal_id);
CREATE INDEX refusals_stream ON command_api.refusals (log_id, stream, asked_at, refusal_id);
CREATE INDEX refusals_by ON command_api.refusals (log_id, by_id, asked_at, refusal_id);
CREATE INDEX refusals_booking ON command_api.refusals (log_id, booking_id, asked_at, refusal_id)
    WHERE booking_id IS NOT NULL;
-- Most ask for themselves, and are found by that.
CREATE INDEX refusals_customer ON command_api.refusals (log_id, customer_id, asked_at, refusal_id)
    WHERE customer_id <> by_id;
CREATE INDEX refusals_request ON command_api.refusals (log_id, request_id) WHERE request_id IS NOT NULL;

-- Who keeps them also forgets them when their time is over. Nobody can change one.
GRANT SELECT, INSERT, DELETE ON command_api.refusals TO seatledger_command;

-- Auditors read them, and nothing else in this schema.
GRANT USAGE ON SCHEMA command_api TO seatledger_audit;
GRANT SELECT ON command_api.refusals TO seatledger_audit;
