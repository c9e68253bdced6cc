/** A sum of safe integers, exact however large it gets. Adding bigints took more than all else. */
export class ExactSum {
  #part = 0;
  #carried = 0n;

  add(by: number): void {
    const sum = this.#part + by;
    if (Number.isSafeInteger(sum)) {
      this.#part = sum;
      return;
    }
    this.#carried += BigInt(this.#part);
    this.#part = by;
  }

  get value(): bigint {
    return this.#carried + BigInt(this.#part);
  }
}
