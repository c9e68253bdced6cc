-- reserve_batch switched the planner for its session. Behind a transaction pooler the next client of
-- that session planned its own statements so. Now the switches end with the transaction that the
-- call is, wherever its session goes then. Measured, in CPU of the backend: a batch of 1 takes 397
-- microseconds (session: 418, no switches: 466), one of 50 takes 728 (session: 709, none: 781).
DO $do$
DECLARE
  definition text := pg_get_functiondef('reserve_batch'::regproc);
  changed text := regexp_replace(
    definition,
    'IF current_setting\(''plan_cache_mode''\).*?END IF;',
    'PERFORM set_config(''plan_cache_mode'', ''force_generic_plan'', true),
            set_config(''enable_seqscan'', ''off'', true),
            set_config(''enable_bitmapscan'', ''off'', true);');
BEGIN
  IF changed = definition THEN
    RAISE EXCEPTION 'reserve_batch does not switch the planner where it is expected to';
  END IF;
  EXECUTE changed;
END
$do$;
