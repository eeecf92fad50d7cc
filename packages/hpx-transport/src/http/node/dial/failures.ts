import { isRetryableStatus } from "../../../error.js";
import { codedError, codeOf } from "../../failure.js";
import { isCertificateFailure } from "../../tls-failure.js";
import type { Proxy } from "./proxy-options.js";

/** `proxy` could not be reached, or broke the connection while a tunnel was asked for. */
export function proxyFailure(proxy: Proxy, cause: Error | null): Error {
  const code = codeOf(cause) ?? "";
  // A certificate that is refused stays so, a proxy's as well as a server's.
  return codedError(
    `${proxy.name} cannot be used: ${cause?.message ?? "no connection"}`,
    isCertificateFailure(code) ? code : "ERR_PROXY_FAILED",
  );
}

/** `proxy` answered `status` in place of a tunnel, or 407 in place of a response. */
export function proxyRefusal(proxy: Proxy, status: number): Error {
  // Some proxies say 401 to a wrong password, and 407 only to none.
  const hint = status === 407 || status === 401 ? wantsLogin(proxy) : "";
  return codedError(
    `${proxy.name} refused with status ${status}${hint}`,
    isRetryableStatus(status) ? "ERR_PROXY_FAILED" : "ERR_PROXY_REFUSED",
  );
}

function wantsLogin(proxy: Proxy): string {
  return proxy.authorization === undefined
    ? ": it wants a name and a password; give them as http://name:password@host:port"
    : ": it does not accept this name and password";
}
