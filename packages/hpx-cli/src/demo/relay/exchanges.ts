import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { API_KEY, MockExchange } from "../exchange.js";

/** What may be wrong with the first exchange. */
export interface ExchangeFaults {
  /** It skips an id. */
  readonly skipId?: boolean;
  /** It repeats an id. */
  readonly repeatId?: boolean;
}

const NAMES = ["paris", "tokyo", "chicago"] as const;

/** How long a connection lasts, in milliseconds, more or less. */
const CONNECTION_LIFETIME = 2000;

/** The variable of the environment that has the key; the configuration names it. */
const KEY_VARIABLE = "DEMO_KEY";

/** Exchanges that trade all the time, and break their connections. */
export class Exchanges implements AsyncDisposable {
  /** What a relay needs in its environment. */
  readonly environment: Readonly<Record<string, string>> = { [KEY_VARIABLE]: API_KEY };
  readonly #exchanges: ReadonlyMap<string, MockExchange>;

  private constructor(exchanges: ReadonlyMap<string, MockExchange>) {
    this.#exchanges = exchanges;
  }

  static async start(faults: ExchangeFaults): Promise<Exchanges> {
    const exchanges = new Map<string, MockExchange>();
    for (const [index, name] of NAMES.entries()) {
      const options = { cutEvery: CONNECTION_LIFETIME, seed: index + 1, ...(index === 0 && faults) };
      exchanges.set(name, await MockExchange.start(options));
    }
    return new Exchanges(exchanges);
  }

  /** Their names. */
  get names(): readonly string[] {
    return [...this.#exchanges.keys()];
  }

  /** The last id that an exchange issued: its ids count from 1. */
  lastIdOf(name: string): number {
    return this.#exchanges.get(name)?.lastId ?? 0;
  }

  /** The trades of all of them. */
  get issued(): number {
    return this.names.reduce((sum, name) => sum + this.lastIdOf(name), 0);
  }

  /** Writes the configuration of the relays into `folder`, with `lines` about the log; returns its path. */
  async writeConfig(folder: string, lines: readonly string[]): Promise<string> {
    const sources = [...this.#exchanges].map(
      ([name, { url }]) =>
        `  ${name}: { url: "${url}", headers: { X-Api-Key: $${KEY_VARIABLE} }, continuity: numeric }`,
    );
    const text = [...lines, "status: 127.0.0.1:0", 'defaults: { start: { after: "0" } }', "sources:", ...sources, ""];
    const path = join(folder, "feeds.yaml");
    await writeFile(path, text.join("\n"));
    return path;
  }

  /** Issues no more trades; the relays can still fetch those that were issued. */
  stop(): void {
    for (const exchange of this.#exchanges.values()) exchange.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const exchange of this.#exchanges.values()) await exchange[Symbol.asyncDispose]();
  }
}
