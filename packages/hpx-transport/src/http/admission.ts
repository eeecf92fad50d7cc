import { TransportError } from "../error.js";
import type { HttpRequest } from "./client.js";
import { clientClosed, sendFailure } from "./failure.js";

/** Throws what forbids a client to send `request`, the same for every client. */
export function admit(request: HttpRequest, clientIsClosed: boolean): void {
  request.signal.throwIfAborted();
  if (clientIsClosed) throw sendFailure(request, clientClosed(), false);
  const { protocol, username, password } = request.url;
  if (protocol !== "http:" && protocol !== "https:") {
    throw TransportError.config("url", `the scheme ${protocol}`, "it must be http: or https:");
  }
  if (username !== "" || password !== "") {
    throw TransportError.config("url", "a URL with credentials", "give them as an authorization header instead");
  }
}
