-- As in 0001, and right after the clock was set back: else a relay that died before that would keep its
-- parts, and its place among those that share them, for as long as the clock was set back.
CREATE OR REPLACE FUNCTION shop.hold_slots(relay uuid, hold interval) RETURNS smallint[] LANGUAGE plpgsql AS $$
DECLARE
  share integer;
  held smallint[];
BEGIN
  PERFORM FROM shop.outbox_slots ORDER BY slot FOR UPDATE;
  -- Nobody was seen later than now, and nothing is held for longer than `hold`: their time begins anew.
  UPDATE shop.relays SET seen_at = clock_timestamp() WHERE seen_at > clock_timestamp();
  UPDATE shop.outbox_slots SET held_until = clock_timestamp() + hold
   WHERE held_until > clock_timestamp() + hold;
  -- The clock, not the transaction's beginning: the locks may have been waited for.
  INSERT INTO shop.relays VALUES (relay, clock_timestamp())
    ON CONFLICT (relay_id) DO UPDATE SET seen_at = EXCLUDED.seen_at;
  DELETE FROM shop.relays WHERE seen_at < clock_timestamp() - hold;
  share := ceil(64.0 / (SELECT count(*) FROM shop.relays));
  UPDATE shop.outbox_slots s
     SET relay_id = CASE WHEN mine.rank <= share THEN relay END,
         held_until = CASE WHEN mine.rank <= share THEN clock_timestamp() + hold END
    FROM (SELECT slot, row_number() OVER (ORDER BY (relay_id = relay) IS NOT TRUE, slot) AS rank
            FROM shop.outbox_slots
           WHERE relay_id = relay OR relay_id IS NULL OR held_until < clock_timestamp()) mine
   WHERE s.slot = mine.slot AND (mine.rank <= share OR s.relay_id = relay);
  SELECT coalesce(array_agg(slot ORDER BY slot), '{}') INTO held
    FROM shop.outbox_slots WHERE relay_id = relay;
  RETURN held;
END $$;
