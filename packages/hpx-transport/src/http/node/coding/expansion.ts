/** Decoded bytes for each byte of the connection. */
const MAX_RATIO = 200;
/** Decoded bytes that are always allowed: a quiet stream may repeat a long comment for days. */
const ALLOWANCE = 16 * 2 ** 20;

/**
 * Limits how much a body may grow by its codings, all of them together. A few hundred bytes can decode to gigabytes:
 * memory stays bounded without this limit, the processor's time does not.
 */
export class Expansion {
  #received = 0;

  /** Bytes of the connection came. */
  receive(bytes: number): void {
    this.#received += bytes;
  }

  /** Whether a coding may give out `decoded` bytes in all. */
  allows(decoded: number): boolean {
    return decoded <= ALLOWANCE + MAX_RATIO * this.#received;
  }
}
