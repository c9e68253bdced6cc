/**
 * How much of a core may be used: what was spent must be earned before more is. A complete count may
 * be taken on credit, of at most one; so may the first one be paid for while snapshots go on. Half of
 * what is earned is kept for complete counts. Times in milliseconds.
 */
export class Allowance {
  readonly #coreMax: number;
  readonly #beganMs: number;
  #spentMs = 0;
  #countMs = 0;
  #nextMs: number;
  /** What was saved beyond this is forgotten: a quiet hour is no licence for a busy minute. */
  readonly #savedMsMax = 2_000;
  #forgottenMs = 0;

  /** @param coreMax share of a core. */
  constructor(coreMax: number, nowMs: number) {
    this.#coreMax = coreMax;
    this.#beganMs = nowMs;
    this.#nextMs = nowMs;
  }

  /** @param beganMs when the work began. @param countMs of it, a complete count. */
  spend(beganMs: number, workMs: number, countMs: number): void {
    this.#spentMs += workMs;
    if (countMs > 0) this.#countMs = countMs;
    this.#nextMs = beganMs + (workMs - countMs) / (this.#coreMax / 2);
  }

  /** @returns when the next snapshot may be taken. */
  nextMs(nowMs: number): number {
    const owedMs = -this.#balanceMs(nowMs) - this.#countMs;
    return Math.max(this.#nextMs, owedMs > 0 ? nowMs + owedMs / this.#coreMax : nowMs);
  }

  /** Whether a complete count that nothing calls for is paid for. */
  canCount(nowMs: number): boolean {
    return this.#balanceMs(nowMs) >= 0;
  }

  /** Share of a core that was used so far. */
  share(nowMs: number): number {
    return this.#spentMs / Math.max(1, nowMs - this.#beganMs);
  }

  #balanceMs(nowMs: number): number {
    const earnedMs = this.#coreMax * (nowMs - this.#beganMs) - this.#forgottenMs;
    const savedMax = Math.max(this.#savedMsMax, 2 * this.#countMs);
    this.#forgottenMs += Math.max(0, earnedMs - this.#spentMs - savedMax);
    return Math.min(earnedMs - this.#spentMs, savedMax);
  }
}
