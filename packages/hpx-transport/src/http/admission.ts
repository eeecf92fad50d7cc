import { TransportError } from "../error.js";
import { clientClosed, sendFailure } from "./send-failure.js";
import type { HttpRequest } from "./http-client.js";

/** Throws what forbids a client to send `request`, the same for every client. */
export function admit(request: HttpRequest, clientIsClosed: boolean): void {
  request.signal.throwIfAborted();
  if (clientIsClosed) throw sendFailure(request, clientClosed(), false);
  if (request.url.username !== "" || request.url.password !== "") {
    throw TransportError.config("url", "a URL with credentials", "give them as an authorization header instead");
  }
}
