import { isRetryableStatus } from "../../../error.js";
import { codedError, codeOf } from "../../failure.js";
import { isCertificateFailure, isTlsMismatch } from "../../tls-failure.js";
import type { ResponseHead } from "../h1/head.js";
import type { Proxy } from "./proxy-options.js";

/** `proxy` could not be reached, or broke the connection while a tunnel was asked for. */
export function proxyFailure(proxy: Proxy, cause: Error | null): Error {
  const code = codeOf(cause) ?? "";
  // A certificate that is refused stays so, a proxy's as well as a server's, and so does a port without TLS or HTTP.
  const isLasting = isCertificateFailure(code) || isTlsMismatch(code) || code === "ERR_HTTP_HEAD";
  return codedError(
    `${proxy.name} cannot be used: ${cause?.message ?? "no connection"}`,
    isLasting ? code : "ERR_PROXY_FAILED",
  );
}

/** `proxy` answered with `head` in place of a tunnel, or with a 407 in place of a response. */
export function proxyRefusal(proxy: Proxy, head: ResponseHead): Error {
  const { status } = head;
  // Some proxies say 401 to a wrong password, and 407 only to none.
  const hint = status === 407 || status === 401 ? wantsLogin(proxy, head) : "";
  return codedError(
    `${proxy.name} refused with status ${status}${hint}`,
    isRetryableStatus(status) ? "ERR_PROXY_FAILED" : "ERR_PROXY_REFUSED",
  );
}

/** Ways to log in that are named in an error; any other name stays hidden, because a message never quotes what came. */
const SCHEMES = ["Negotiate", "NTLM", "Kerberos", "Digest", "Bearer"];

function wantsLogin(proxy: Proxy, { fields }: ResponseHead): string {
  const challenges = fields
    .filter(([name]) => name.toLowerCase() === "proxy-authenticate")
    // A realm may hold commas.
    .flatMap(([, value]) => value.replaceAll(/"[^"]*"/g, "").split(","))
    .map((challenge) => challenge.trim().split(" ", 1)[0]?.toLowerCase() ?? "");
  // A password, or another one, is of no use then; tried again and again, it may lock the account.
  if (challenges.length > 0 && !challenges.includes("basic")) {
    const named = SCHEMES.filter((scheme) => challenges.includes(scheme.toLowerCase())).join(" or ");
    return `: it logs in by ${named || "another scheme"}, and this client by Basic only; go through a local proxy that logs in there, such as Cntlm or Px`;
  }
  return proxy.authorization === undefined
    ? ": it wants a name and a password; give them as http://name:password@host:port"
    : ": it does not accept this name and password";
}
