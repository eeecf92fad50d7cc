import { isToken, show, showKind } from "../../checks/check.js";
import type { Check } from "../../checks/checkers.js";
import { checkHooks, handlerOption } from "../../checks/hooks.js";
import { headers as anyHeaders, urlWithScheme } from "../../checks/request.js";
import { TransportError } from "../../error.js";
import type { WsProtocolHandler } from "../protocol/handler.js";
import type { WsFresh } from "./options.js";

/** Headers of the handshake itself (RFC 6455, section 4.1). */
const HANDSHAKE_HEADERS = new Set(["connection", "upgrade", "sec-websocket-key", "sec-websocket-version"]);

const anyUrl = /* @__PURE__ */ urlWithScheme("ws:", "wss:", "http:", "https:");

/** The URL of a WebSocket, with the scheme of HTTP, by which redirects and signatures go. */
export function url(field: string, value: unknown): string {
  const checked = anyUrl(field, value);
  if (checked.protocol === "ws:") checked.protocol = "http:";
  if (checked.protocol === "wss:") checked.protocol = "https:";
  return checked.href;
}

/** Headers of a handshake. */
export function headers(field: string, value: unknown): Headers | undefined {
  const checked = anyHeaders(field, value);
  for (const name of checked?.keys() ?? []) {
    if (HANDSHAKE_HEADERS.has(name)) throw TransportError.config(field, name, "the handshake sets it");
    if (name === "sec-websocket-protocol") throw TransportError.config(field, name, "use the option protocols");
    if (name === "sec-websocket-extensions") throw TransportError.config(field, name, "use the option compression");
  }
  return checked;
}

/** Subprotocols: each a token, and none twice (RFC 6455, section 4.1). */
export function protocols(field: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const list: unknown = typeof value === "string" ? [value] : value;
  if (!Array.isArray(list)) throw TransportError.config(field, showKind(list), "it takes a string or an array of them");
  for (const [index, each] of list.entries()) {
    if (!isToken(each))
      throw TransportError.config(field, showKind(each), "a subprotocol is a token: no blanks, commas or /");
    if (list.indexOf(each) !== index) throw TransportError.config(field, "a subprotocol twice", "each is offered once");
  }
  return [...(list as string[])];
}

/** A value that is checked now, or a function whose result is checked at every attempt. */
export function fresh<T>(check: Check<T>): Check<WsFresh<T>> {
  return (field, value) => {
    if (typeof value !== "function") return check(field, value);
    const make = value as () => unknown;
    return async () => {
      let made: unknown;
      try {
        made = await make();
      } catch (cause) {
        throw TransportError.handler(field, cause);
      }
      return check(`${field}()`, made);
    };
  };
}

type Hook = Exclude<
  keyof WsProtocolHandler,
  "renewable" | "acknowledges" | "acknowledgesUnsubscribe" | "limits" | "resumable" | "protocols"
>;

/** Every hook. One that is missing here does not compile. */
const HOOKS: readonly string[] = /* @__PURE__ */ Object.keys({
  read: true,
  hello: true,
  authenticate: true,
  judgeAuth: true,
  nextId: true,
  subscribe: true,
  unsubscribe: true,
  subscriptionId: true,
  request: true,
  ping: true,
  pong: true,
  sequence: true,
  judgeGap: true,
  resume: true,
  judgeMessage: true,
  judgeClose: true,
  prepareRequest: true,
  shouldRetry: true,
  onConnect: true,
  onDisconnect: true,
  onStateChange: true,
  onGap: true,
  onEpoch: true,
} satisfies Record<Hook, true>);

/** The option `handler`: an object, or a function that makes one for each connection. */
export const handler: Check<WsProtocolHandler | (() => WsProtocolHandler) | undefined> =
  /* @__PURE__ */ handlerOption(checkHandler);

/** A protocol handler. @throws {TransportError} `CONFIG`, naming the hook */
export function checkHandler(field: string, value: unknown): asserts value is WsProtocolHandler {
  checkHooks(field, value, HOOKS, (object) => {
    if (Reflect.get(object, "read") === undefined) {
      const expected = "a handler reads messages: read(data) returns { kind, ... }";
      throw TransportError.config(`${field}.read`, "undefined", expected);
    }
    checkLimits(`${field}.limits`, Reflect.get(object, "limits"));
  });
}

function checkLimits(field: string, limits: unknown): void {
  if (limits === undefined) return;
  if (typeof limits !== "object" || limits === null) {
    throw TransportError.config(field, showKind(limits), "it takes an object of numbers");
  }
  for (const [name, value] of Object.entries(limits)) {
    if (value === undefined || (typeof value === "number" && value > 0)) continue;
    throw TransportError.config(`${field}.${name}`, show(value), "it takes a number greater than 0");
  }
}
