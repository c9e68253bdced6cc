/**
 * A set of ids that takes 16 to 32 bytes for each, where strings would take a hundred: an audit holds
 * every id of a run's log. Of each id 64 bits are kept; that an id which was not added is taken for one
 * of a million others has a chance below one in ten billion. Upper and lower case are one id.
 */
export class IdSet {
  #slots = new Uint32Array(2 * slotsMin);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(id: string): void {
    if (2 * (this.#size + 1) * 2 > this.#slots.length) this.#grow();
    if (put(this.#slots, ...hash(id))) this.#size += 1;
  }

  has(id: string): boolean {
    const [high, low] = hash(id);
    const at = find(this.#slots, high, low);
    return this.#slots[at] !== 0 || this.#slots[at + 1] !== 0;
  }

  #grow(): void {
    const grown = new Uint32Array(this.#slots.length * 2);
    for (let at = 0; at < this.#slots.length; at += 2) {
      const high = this.#slots[at] ?? 0;
      const low = this.#slots[at + 1] ?? 0;
      if (high !== 0 || low !== 0) put(grown, high, low);
    }
    this.#slots = grown;
  }
}

const slotsMin = 1_024;

/** @returns whether it is new. */
function put(slots: Uint32Array, high: number, low: number): boolean {
  const at = find(slots, high, low);
  const fresh = slots[at] === 0 && slots[at + 1] === 0;
  slots[at] = high;
  slots[at + 1] = low;
  return fresh;
}

/** @returns where the pair stands, or the empty place where it would. Half the places are empty. */
function find(slots: Uint32Array, high: number, low: number): number {
  const places = slots.length / 2;
  let place = low & (places - 1);
  for (;;) {
    const at = 2 * place;
    const found = slots[at] === high && slots[at + 1] === low;
    if (found || (slots[at] === 0 && slots[at + 1] === 0)) return at;
    place = (place + 1) & (places - 1);
  }
}

/** Two multiplicative hashes that mix into each other (cyrb53's); never 0 and 0, which is an empty place. */
function hash(id: string): readonly [number, number] {
  const text = id.toLowerCase();
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 2_654_435_761);
    b = Math.imul(b ^ unit, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return [a >>> 0, b >>> 0 || 1];
}
