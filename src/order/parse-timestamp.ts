/**
 * A timestamp as orders carry it: RFC 3339 with its zone, or milliseconds since the epoch as a number.
 * Date.parse takes much more: "5" is the year 2001 to it, and a time without a zone is whatever TZ
 * says where it is read, so two consumers could disagree.
 * @returns milliseconds since the epoch; undefined for anything else.
 */
export function parseTimestamp(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? Math.trunc(value) : undefined;
  if (typeof value !== "string" || value.length > lengthMax) return undefined;
  const parts = rfc3339.exec(value);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as Six;
  const [zoneHour, zoneMinute] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || zoneHour > 23 || zoneMinute > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // A day that its month does not have has become one of the next.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const ms = Number((parts[7] ?? "").padEnd(3, "0").slice(0, 3));
  const zoneMinutes = (zoneHour * 60 + zoneMinute) * (parts[8] === "-" ? -1 : 1);
  return date.getTime() + ((hour * 60 + minute - zoneMinutes) * 60 + second) * 1_000 + ms;
}

type Six = [number, number, number, number, number, number];

const rfc3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
/** Nobody needs more decimals of a second. */
const lengthMax = 64;
