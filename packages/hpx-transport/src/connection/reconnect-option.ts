import { ExponentialBackoff, NoRetry, type RetryPolicy } from "sseer/retry";
import { show, showKind } from "../checks/check.js";
import { hasMethod } from "../checks/checkers.js";
import { TransportError } from "../error.js";

const DEFAULT_BACKOFF: RetryPolicy = /* @__PURE__ */ new ExponentialBackoff();

/** The policy for reconnects: the given one, one made from options and the defaults, or `false`. */
export function reconnect(field: string, value: unknown): RetryPolicy | false {
  if (value === false || value instanceof NoRetry) return false;
  if (value === undefined) return DEFAULT_BACKOFF;
  if (typeof value !== "object" || value === null) {
    throw TransportError.config(field, showKind(value), "it takes backoff options, a RetryPolicy or false");
  }
  if (hasMethod(value, "delay")) return checkRate(field, value as RetryPolicy);
  try {
    return new ExponentialBackoff(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TransportError("CONFIG", `${field}.${reason}`, { details: { field }, cause: error });
  }
}

/** The limit of the rate that a policy of the user names. */
function checkRate(field: string, policy: RetryPolicy): RetryPolicy {
  for (const [name, least] of [
    ["burst", 1],
    ["perSecond", Number.MIN_VALUE],
  ] as const) {
    const value: unknown = policy[name];
    if (value === undefined || (typeof value === "number" && value >= least)) continue;
    const expected = name === "burst" ? "it takes a number from 1" : "it takes a number greater than 0";
    throw TransportError.config(`${field}.${name}`, show(value), expected);
  }
  return policy;
}
