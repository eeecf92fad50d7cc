import { showKind } from "../../checks/check.js";
import { fn, nonEmpty, objectWith } from "../../checks/checkers.js";
import { likelyName } from "../../checks/option-names.js";
import { TransportError } from "../../error.js";
import type { SseProtocolHandler } from "../protocol/handler.js";

type Hook = Exclude<keyof SseProtocolHandler, "cursor" | "responseTimeout">;

/** Every hook. One that is missing here does not compile. */
export const HOOKS: readonly string[] = /* @__PURE__ */ Object.keys({
  classifyEvent: true,
  judgeEvent: true,
  judgeComment: true,
  acceptResponse: true,
  judgeResponse: true,
  judgeLine: true,
  judgeEmpty: true,
  judgeEnd: true,
  canResume: true,
  prepareRequest: true,
  shouldRetry: true,
  onConnect: true,
  onDisconnect: true,
  onComment: true,
  onLoss: true,
  onStateChange: true,
} satisfies Record<Hook, true>);

/** The option `handler`: an object, or a function that makes one for each connection. */
export function handler(field: string, value: unknown): SseProtocolHandler | (() => SseProtocolHandler) | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "function") return value as () => SseProtocolHandler;
  checkHandler(field, value);
  return value;
}

/**
 * A protocol handler: an object of a user's class, which may have other members, or a plain object of hooks, where a name
 * that is almost a hook's, or looks like one, is a mistake.
 *
 * @throws {TransportError} `CONFIG`, naming the hook
 */
export function checkHandler(field: string, value: unknown): asserts value is SseProtocolHandler {
  if (typeof value !== "object" || value === null) {
    throw TransportError.config(field, showKind(value), "it takes an object of hooks, or one that ships");
  }
  for (const hook of HOOKS) fn(undefined)(`${field}.${hook}`, Reflect.get(value, hook));
  checkCursor(`${field}.cursor`, Reflect.get(value, "cursor"));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return;
  for (const name of Object.keys(value)) {
    if (HOOKS.includes(name)) continue;
    const likely = likelyName(name, HOOKS);
    if (likely === undefined && !/^(?:on|judge)[A-Z]/.test(name)) continue;
    const advice = likely === undefined ? `the hooks are ${HOOKS.join(", ")}` : `did you mean ${likely}?`;
    throw TransportError.config(`${field}.${name}`, "an unknown hook", advice);
  }
}

function checkCursor(field: string, value: unknown): void {
  objectWith()(field, value);
  const member = (key: string): unknown => Reflect.get(Object(value), key);
  nonEmpty("it takes the name of a query parameter")(`${field}.query`, member("query"));
  fn(undefined)(`${field}.read`, member("read"));
}
