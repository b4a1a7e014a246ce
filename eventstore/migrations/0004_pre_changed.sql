-- Which transaction last changed what a subscriber keeps, so that a copy of it can be told from what has moved on since.
-- Not the position: that moves for facts that do not concern the subscriber, and what is kept can change without it, as
-- when it is made anew. A transaction id never comes twice.
--
-- It holds for the position `changed_known_at` alone: whoever moves on and does not tell leaves it behind.
ALTER TABLE eventstore.checkpoints
    ADD COLUMN changed_by       xid8,
    ADD COLUMN changed_known_at bigint;
