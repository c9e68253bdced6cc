-- The strategy `spread`: the stock of a hot product in several rows. A slot holds no stock of its
-- own: it is an allotment, so many of the pieces that inventory shows as available may be promised
-- through this slot without a look at inventory's row. Inventory is the truth at every moment.
CREATE TABLE inventory_slots (
  product_id        text NOT NULL,
  slot              smallint NOT NULL CHECK (slot >= 0),
  -- Pieces that may still be promised through this slot.
  allotted_quantity bigint NOT NULL CHECK (allotted_quantity >= 0),
  -- Pieces that were promised through it so far; only ever grows.
  taken_quantity    bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (product_id, slot)
)
WITH (fillfactor = 20);

-- What a transaction promised through a slot is taken from inventory by its own COMMIT: both become
-- visible in the same moment, and inventory's row is locked for the commit alone. SLOT1: others, who
-- know nothing of slots, have taken meanwhile what the slot had promised.
CREATE FUNCTION take_what_slot_promised() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  pieces bigint := NEW.taken_quantity - OLD.taken_quantity;
BEGIN
  UPDATE inventory
  SET available_quantity = available_quantity - pieces,
      reserved_quantity = reserved_quantity + pieces,
      version = version + 1,
      updated_at = now()
  WHERE product_id = NEW.product_id AND available_quantity >= pieces;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'slot % of % promised % pieces that inventory does not have',
      NEW.slot, NEW.product_id, pieces USING ERRCODE = 'SLOT1';
  END IF;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER take_what_slot_promised
AFTER UPDATE OF taken_quantity ON inventory_slots
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.taken_quantity IS DISTINCT FROM OLD.taken_quantity)
EXECUTE FUNCTION take_what_slot_promised();

-- A row here lets the strategy `naive`, which loses updates, run on this database.
CREATE TABLE naive_permit (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  granted_at timestamptz NOT NULL DEFAULT now()
);
