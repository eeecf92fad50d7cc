import { showSecret } from "../checks/check.js";
import { hasMethod } from "../checks/checkers.js";
import { TransportError } from "../error.js";
import type { Authentication, SignableRequest } from "./authentication.js";

/**
 * Several strategies, applied in order to the same request: a signature that covers the others comes last. Renewable
 * when one of them is; all of them then sign again.
 *
 * @example new CompositeAuth(new BearerAuth(token), new HmacAuth({ secret }))
 */
export class CompositeAuth implements Authentication {
  readonly #strategies: readonly Authentication[];

  /** @throws {TransportError} `CONFIG` without a strategy, or for one without `sign()`. */
  constructor(...strategies: readonly Authentication[]) {
    if (strategies.length === 0) {
      throw TransportError.config("CompositeAuth", "no strategy", "it takes at least one; NoAuth signs nothing");
    }
    const unfit = strategies.findIndex((strategy) => !hasMethod(strategy, "sign"));
    if (unfit !== -1) {
      const shown = `${showSecret(strategies[unfit])} as strategy ${unfit + 1}`;
      throw TransportError.config("CompositeAuth", shown, "it takes objects with sign()");
    }
    this.#strategies = strategies;
  }

  /** `true` when one of the strategies is renewable. */
  get renewable(): boolean {
    return this.#strategies.some(({ renewable }) => renewable === true);
  }

  /** Lets each strategy sign, in order. An error of one is thrown, and the rest do not sign. */
  async sign(request: SignableRequest): Promise<void> {
    for (const strategy of this.#strategies) await strategy.sign(request);
  }
}
