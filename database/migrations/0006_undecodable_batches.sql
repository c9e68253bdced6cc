-- Poison below the message level: a batch whose records nobody can read. Its partition stands there
-- until the batch is buried; this table says where and why, for whoever looks. A row counts only
-- while the group's stored offset is its first_offset.
CREATE TABLE undecodable_batches (
  group_id     text NOT NULL,
  topic        text NOT NULL,
  partition    integer NOT NULL CHECK (partition >= 0),
  first_offset bigint NOT NULL,
  last_offset  bigint NOT NULL CHECK (last_offset >= first_offset),
  why          text NOT NULL,
  detail       text NOT NULL,
  stored_bytes bigint NOT NULL,
  found_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (group_id, topic, partition)
);

-- A letter of a whole batch stands for all its offsets, from source_offset to this one.
ALTER TABLE dead_letters ADD COLUMN source_last_offset bigint;
