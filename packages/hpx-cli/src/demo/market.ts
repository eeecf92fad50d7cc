/** A trade as the exchange makes it. */
export interface Trade {
  readonly symbol: string;
  readonly price: number;
  readonly size: number;
}

const OPENING_PRICES: ReadonlyMap<string, number> = new Map([
  ["BTC-USD", 61_200],
  ["ETH-USD", 2950],
  ["SOL-USD", 148],
  ["EUR-USD", 1.085],
  ["XAU-USD", 2330],
]);

/** Five prices that walk at random, the same way in every run. */
export class Market {
  readonly #prices: Map<string, number> = new Map(OPENING_PRICES);
  readonly #symbols: readonly string[] = [...OPENING_PRICES.keys()];
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  trade(): Trade {
    const symbol = this.#symbols[Math.floor(this.#random() * this.#symbols.length)] as string;
    const step = 1 + (this.#random() - 0.5) / 500;
    const price = (this.#prices.get(symbol) as number) * step;
    this.#prices.set(symbol, price);
    return { symbol, price: Number(price.toPrecision(6)), size: 1 + Math.floor(this.#random() * 100) };
  }
}
