import { hasControlCharacter, isToken } from "../../../checks/check.js";
import { codedError } from "../../failure.js";
import { USER_AGENT } from "../user-agent.js";

/** A request as it is written. Names and values are one character a byte. */
export interface RequestToWrite {
  readonly method: string;
  /** The request target: path and query, a whole URL for a proxy, or host and port for CONNECT. */
  readonly target: string;
  /** The `Host`, unless `headers` give another one. */
  readonly host: string;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  /** The length of the body; undefined for none. */
  readonly bodyLength: number | undefined;
}

/** Visible ASCII: no blank that ends the target, no control character that ends the line. */
const TARGET = /^[!-~]+$/;
/** RFC 3986, section 3.2.2, without userinfo, and without the comma that two `Host` headers are joined by. */
const HOST = /^[\w.~!$&'()*+;=:%[\]-]+$/;
/** Headers about the connection, which is ours; `Transfer-Encoding` and `Expect` would change how the body is sent. */
const CONNECTION_HEADERS = new Set(["transfer-encoding", "keep-alive", "upgrade", "expect"]);
/** Methods that have a body, and say so where it is empty (RFC 9110, section 8.6). */
const METHODS_WITH_BODY = new Set(["POST", "PUT", "PATCH"]);

/**
 * The head of a request (RFC 9112, section 3). Everything is checked here, whatever was checked before: nothing that is
 * written can end its line and begin another one.
 *
 * Throws `ERR_HTTP_REQUEST` for a request that cannot be sent; the message shows no value.
 */
export function writeHead({ method, target, host, headers, bodyLength }: RequestToWrite): string {
  if (!isToken(method)) throw unsendable("the method is no token");
  if (!TARGET.test(target)) throw unsendable("the request target has a blank or a control character");
  let hostLine: string | undefined;
  let connection: string | undefined;
  let userAgentLine = `User-Agent: ${USER_AGENT}\r\n`;
  let lines = "";
  for (const [name, value] of headers) {
    if (!isToken(name)) throw unsendable("the name of a header is no token");
    if (hasControlCharacter(value) || /[^\0-\xff]/.test(value)) throw unsendable(`the value of ${name} is no header's`);
    const lower = name.toLowerCase();
    if (CONNECTION_HEADERS.has(lower)) throw unsendable(`${name} is the client's own`);
    if (lower === "host") {
      if (hostLine !== undefined) throw unsendable("there are two Host headers");
      hostLine = value;
    } else if (lower === "connection") {
      if (connection !== undefined || !/^(?:close|keep-alive)$/i.test(value)) {
        throw unsendable("Connection is neither close nor keep-alive");
      }
      connection = value;
    } else if (lower === "content-length") {
      if (value !== String(bodyLength ?? 0)) throw unsendable("Content-Length is not the length of the body");
    } else {
      if (lower === "user-agent") userAgentLine = "";
      lines += `${name}: ${value}\r\n`;
    }
  }
  const authority = hostLine ?? host;
  if (!HOST.test(authority)) throw unsendable("Host is no host, or there are two");
  const length = bodyLength ?? (METHODS_WITH_BODY.has(method) ? 0 : undefined);
  const lengthLine = length === undefined ? "" : `Content-Length: ${length}\r\n`;
  // Some servers answer `close` without chunks, and then an end cannot be told from a cut.
  const connectionLine = `Connection: ${connection ?? "keep-alive"}\r\n`;
  return `${method} ${target} HTTP/1.1\r\nHost: ${authority}\r\n${userAgentLine}${lines}${connectionLine}${lengthLine}\r\n`;
}

function unsendable(why: string): Error {
  return codedError(why, "ERR_HTTP_REQUEST");
}
