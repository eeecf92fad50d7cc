import { type Check, fn, nonEmpty, objectWith } from "../../checks/checkers.js";
import { checkHooks, handlerOption } from "../../checks/hooks.js";
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
export const handler: Check<SseProtocolHandler | (() => SseProtocolHandler) | undefined> =
  /* @__PURE__ */ handlerOption(checkHandler);

/** A protocol handler. @throws {TransportError} `CONFIG`, naming the hook */
export function checkHandler(field: string, value: unknown): asserts value is SseProtocolHandler {
  checkHooks(field, value, HOOKS, (object) => checkCursor(`${field}.cursor`, Reflect.get(object, "cursor")));
}

function checkCursor(field: string, value: unknown): void {
  objectWith()(field, value);
  const member = (key: string): unknown => Reflect.get(Object(value), key);
  nonEmpty("it takes the name of a query parameter")(`${field}.query`, member("query"));
  fn(undefined)(`${field}.read`, member("read"));
}
