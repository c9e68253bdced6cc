const bars = "▁▂▃▄▅▆▇█";

/** Pure. A character for each value, as high as it is among them, from 0 up. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(0, ...values);
  return values
    .map((value) => {
      const height = most === 0 ? 0 : Math.round((value / most) * (bars.length - 1));
      return bars[Math.min(bars.length - 1, Math.max(0, height))];
    })
    .join("");
}
