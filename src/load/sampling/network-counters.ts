/** Bytes that an interface has received and sent since it came up, by its name. */
export type NetworkCounters = ReadonlyMap<string, { readonly in: number; readonly out: number }>;

/**
 * Pure.
 * @param text of /proc/net/dev: two lines of headings, then `name: bytes packets … (8 columns) bytes …`.
 */
export function parseNetworkCounters(text: string): NetworkCounters {
  const counters = new Map<string, { in: number; out: number }>();
  for (const line of text.split("\n")) {
    const match = /^\s*([^\s:]+):\s*(.*)$/.exec(line);
    const columns = match?.[2]?.trim().split(/\s+/).map(Number) ?? [];
    const [received, sent] = [columns[0], columns[8]];
    if (match?.[1] === undefined || received === undefined || sent === undefined) continue;
    if (Number.isFinite(received) && Number.isFinite(sent))
      counters.set(match[1], { in: received, out: sent });
  }
  return counters;
}

/**
 * Pure. How busy the busiest interface was in its busier direction: links are full duplex.
 * @param linkBitsPerSecond what one direction of the link carries.
 * @returns a share, 0 to 1 and a little more; undefined where nothing can be compared.
 */
export function networkShare(
  before: NetworkCounters,
  after: NetworkCounters,
  seconds: number,
  linkBitsPerSecond: number,
): number | undefined {
  if (seconds <= 0) return undefined;
  let busiest: number | undefined;
  for (const [name, now] of after) {
    const then = before.get(name);
    // Counters that fell: the interface was made anew.
    if (then === undefined || now.in < then.in || now.out < then.out) continue;
    const bits = 8 * Math.max(now.in - then.in, now.out - then.out);
    busiest = Math.max(busiest ?? 0, bits / seconds / linkBitsPerSecond);
  }
  return busiest;
}
