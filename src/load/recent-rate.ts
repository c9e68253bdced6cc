export const recentMs = 1_000;

/** The rate at which a total grew lately: over the last second, or since the start if that is less. */
export class RecentRate {
  readonly #samples: { readonly ms: number; readonly total: number }[] = [{ ms: 0, total: 0 }];

  /** @returns per second. Call it a few times a second, with growing times and totals. */
  at(ms: number, total: number): number {
    const oldest = this.#samples[0] ?? { ms: 0, total: 0 };
    this.#samples.push({ ms, total });
    if (ms - oldest.ms >= recentMs) this.#samples.shift();
    return ms > oldest.ms ? ((total - oldest.total) * 1_000) / (ms - oldest.ms) : 0;
  }
}
