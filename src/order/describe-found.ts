/** What was found where something else was expected: short and safe to send back or store. A 900 KB text is described, not repeated. */
export function describeFound(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object") return "an object";
  if (typeof value !== "string") return String(value);
  const shown = JSON.stringify(value.slice(0, 40));
  return value.length > 40 ? `${shown}… (${value.length} characters)` : shown;
}
