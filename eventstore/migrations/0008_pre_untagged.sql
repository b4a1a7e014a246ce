-- What happened to a show itself, and not to one of its bookings, carries no tag: some tens of facts among a hundred
-- thousand, found here without wading through the rest. A sale adds nothing to this index.
CREATE INDEX events_untagged ON eventstore.events (log_id, stream, version) WHERE tags = '{}';
