/** What readers of events ask of a field; each is pure. */

export function isWithin(value: unknown, min: number, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

/** ISO 8601 in UTC. */
export function isInstant(value: unknown): value is string {
  return (
    typeof value === "string" &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

/** What stands there instead, to follow the field's name: short, however long it is. */
export function shownField(value: unknown): string {
  return value === undefined ? "is missing" : JSON.stringify(value).slice(0, 100);
}
