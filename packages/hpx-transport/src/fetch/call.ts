import { TransportError } from "../error.js";
import type { FetchSettings } from "./options.js";
import { CallSignal } from "./call-signal.js";
import { bodyOfCall, TOO_LARGE } from "./request-body.js";

/** A call of `fetch`, read as the Fetch standard says. */
export interface Call {
  /** As `Request` has it: the usual methods in upper case. */
  readonly method: string;
  readonly url: URL;
  /** The call's headers, and those options whose names are not among them. */
  readonly headers: Headers;
  readonly body: string | Uint8Array | undefined;
  readonly redirect: "follow" | "manual" | "error";
  /** A browser sends its cookies to other origins, too. */
  readonly credentialed: boolean;
  readonly signal: CallSignal;
}

/**
 * Reads the arguments of `fetch`. A response in place of a call: the platform's fetch has sent the request.
 *
 * Rejects with `TypeError` as `fetch` does, with the reason of a signal that fired, and with `CONFIG` for a body that is too
 * large for what the options ask for.
 */
export async function readCall(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  { headers, signal, platform, isPlain }: FetchSettings,
): Promise<Call | Response> {
  const given = init?.signal === undefined && isRequest(input) ? input.signal : init?.signal;
  const request = new Request(input, withoutSignal(init));
  if (given?.aborted === true) throw given.reason;
  signal?.throwIfAborted();
  const url = new URL(request.url);
  if (url.protocol !== "http:" && url.protocol !== "https:") return platform(request, withSignal(given));
  url.hash = "";
  for (const name of new Set(headers.keys())) {
    if (request.headers.has(name)) continue;
    request.headers.set(name, headers.get(name) ?? "");
  }
  const callSignal = new CallSignal(given, signal);
  const body = await bodyOfCall(request, init, callSignal).catch((error: unknown) => {
    callSignal.release();
    throw error;
  });
  if (body === TOO_LARGE) {
    callSignal.release();
    if (isPlain) return platform(request, withSignal(given));
    throw TransportError.config(
      "body",
      "a stream, a file or a form of more than 16 MiB",
      "with `auth` or `client` it must fit into memory; send uploads with another fetch",
    );
  }
  const { method, redirect } = request;
  return {
    method,
    url,
    headers: new Headers(request.headers),
    body,
    redirect,
    credentialed: request.credentials === "include",
    signal: callSignal,
  };
}

/**
 * The platform would listen to the signal for as long as the request is in memory. `init` may be a `Request`, whose members are
 * not its own, so it cannot be copied.
 */
function withoutSignal(init: RequestInit | undefined): RequestInit {
  return new Proxy(init ?? {}, { get: (target, name) => (name === "signal" ? null : Reflect.get(target, name)) });
}

function isRequest(input: RequestInfo | URL): input is Request {
  return typeof input === "object" && "signal" in input;
}

function withSignal(signal: AbortSignal | null | undefined): RequestInit {
  return signal === undefined || signal === null ? {} : { signal };
}
