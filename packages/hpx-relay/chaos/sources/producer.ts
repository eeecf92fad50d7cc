import { Rng } from "../rng.js";
import { SETTINGS } from "../settings.js";
import type { Tally } from "../tally.js";
import { KINDS } from "./kinds.js";
import type { SourceServer } from "./server.js";
import { Source } from "./source.js";

/** Every fault that sources make by themselves, for the count. */
export const SOURCE_FAULTS: readonly string[] = ["source: forgets", "source: begins its ids anew", "source: bursts"];

/** Events a second; most sources are steady, some are quiet. */
const RATES = [4, 3, 3, 2, 0.3] as const;

/** In seconds, on average. */
const FORGETS_EVERY = 8;
const RESETS_EVERY = 20;
const BURSTS_EVERY = 90;

/** All sources, in the order of their kinds. `pairs`: the log lets two relays hear a source. */
export function makeSources(seed: number, pairs: boolean): Source[] {
  const sources: Source[] = [];
  for (const [name, kind] of Object.entries(KINDS)) {
    const { pair, ...alone } = kind.options;
    const options = pair === true && !pairs ? alone : kind.options;
    for (let index = 0; index < kind.count; index += 1) {
      const { rate = RATES[sources.length % RATES.length] ?? RATES[0] } = kind;
      sources.push(new Source(`${name}-${index}`, { ...kind, options }, rate, new Rng(seed, 1, sources.length)));
    }
  }
  return sources;
}

/** Publishes events of all sources, lets them forget, and begin their ids anew. */
export class Producer {
  readonly #sources: readonly Source[];
  readonly #server: SourceServer;
  readonly #tally: Tally;
  readonly #rng: Rng;
  readonly #timer: NodeJS.Timeout;
  #isCalm = true;

  constructor(sources: readonly Source[], server: SourceServer, seed: number, tally: Tally) {
    this.#sources = sources;
    this.#server = server;
    this.#tally = tally;
    this.#rng = new Rng(seed, 2);
    this.#timer = setInterval(() => this.#tick(), SETTINGS.tick);
  }

  /** Whether sources only publish. They do at first. */
  set isCalm(value: boolean) {
    this.#isCalm = value;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** True so often that it is true once in so many seconds, on average. */
  #isDue(seconds: number): boolean {
    return this.#rng.oneIn((seconds * 1000) / SETTINGS.tick);
  }

  #tick(): void {
    for (const source of this.#sources) {
      if (!this.#isCalm) this.#disturb(source);
      if (this.#isDue(1 / source.rate)) source.publish();
    }
  }

  #disturb(source: Source): void {
    const { forgets, resets } = source.kind;
    if (forgets === true && this.#isDue(FORGETS_EVERY)) {
      source.forget(this.#rng.between(0, 3));
      this.#tally.add("source: forgets");
      if (this.#rng.oneIn(2)) this.#server.cut(source);
    }
    if (resets !== undefined && this.#isDue(RESETS_EVERY)) {
      source.reset();
      this.#tally.add("source: begins its ids anew");
      if (resets === "at a restart" || this.#rng.oneIn(2)) this.#server.cut(source);
    }
    // A burst would fill the window of a source that sends the same again.
    if (source.kind.window === undefined && this.#isDue(BURSTS_EVERY)) {
      this.#tally.add("source: bursts");
      for (let count = this.#rng.between(50, 1500); count > 0; count -= 1) source.publish();
    }
  }
}
