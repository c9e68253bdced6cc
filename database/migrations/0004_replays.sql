-- Dead letters that were produced again, one row per attempt. The intent is written before the
-- message leaves and the result after Kafka has acknowledged it: a row without a result is an
-- attempt that ended in between, and the next replay looks into the log whether it got there.
-- No foreign key: a reset empties dead_letters, and what was replayed stays known.
CREATE TABLE dead_letter_replays (
  replay_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- In a header of the message: tells it from every other, of other databases too.
  token              uuid NOT NULL DEFAULT gen_random_uuid(),
  dead_letter_id     bigint NOT NULL,
  -- A letter's row is used anew when its topic was made anew; then this tells the two apart.
  letter_recorded_at timestamptz NOT NULL,
  target_topic       text NOT NULL,
  target_partition   integer NOT NULL,
  -- The partition's end before the message left: it is nowhere before this offset.
  searched_from      bigint NOT NULL,
  intended_at        timestamptz NOT NULL DEFAULT now(),
  -- produced: in the log, at target_offset. lost: certainly not in the log. unknown: the log no
  -- longer holds the offsets where it would be.
  result             text CHECK (result IN ('produced', 'lost', 'unknown')),
  target_offset      bigint,
  settled_at         timestamptz,
  CHECK ((result IS NULL) = (settled_at IS NULL)),
  CHECK ((result = 'produced') = (target_offset IS NOT NULL) OR result IS NULL)
);
CREATE INDEX dead_letter_replays_letter ON dead_letter_replays (dead_letter_id);
-- At most one attempt at a time for each letter, whoever makes it.
CREATE UNIQUE INDEX dead_letter_replays_pending ON dead_letter_replays (dead_letter_id) WHERE result IS NULL;
-- From a letter back to the one whose replay it is.
CREATE INDEX dead_letter_replays_target
  ON dead_letter_replays (target_topic, target_partition, target_offset) WHERE result = 'produced';
