import type { Authentication } from "hpx-transport";
import { sleep } from "../commit/pause.js";

/** Limits the connects to each origin, over all sources: after a restart a thousand streams would connect at once. */
export class ConnectPace {
  /** When the next connect to an origin may begin, by `performance.now()`. */
  readonly #next = new Map<string, number>();

  /** Resolves when it is the caller's turn; the order is that of the calls. */
  async turn(origin: string, perSecond: number, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.#next.get(origin) ?? 0);
    this.#next.set(origin, at + 1000 / perSecond);
    if (at > now) await sleep(at - now, signal);
  }

  /** The same as what a connection calls before each attempt: it signs nothing. */
  before(perSecond: number, signal: AbortSignal): Authentication {
    return { sign: async ({ url }) => await this.turn(url.origin, perSecond, signal) };
  }
}
