import { wrongValue } from "../usage.js";
import { readAt } from "./files.js";

type Header = readonly [name: string, value: string];

/**
 * The headers of every `-H`: `Name: value`, `Name;` for one without a value, or `@file` for a file of such lines.
 * Values are never shown: they may be keys.
 */
export async function readHeaders(
  lines: readonly string[],
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<readonly Header[]> {
  const headers: Header[] = [];
  for (const line of lines) {
    if (!line.startsWith("@")) {
      headers.push(readHeader(line));
      continue;
    }
    const text = Buffer.from(await readAt("-H", line.slice(1), stdin)).toString();
    for (const each of text.split(/\r\n|\r|\n/)) if (each.trim() !== "") headers.push(readHeader(each));
  }
  return headers;
}

function readHeader(line: string): Header {
  const colon = line.indexOf(":");
  const bare = line.trim();
  if (colon === -1 && bare.endsWith(";")) return [bare.slice(0, -1), ""];
  const name = line.slice(0, Math.max(0, colon)).trim();
  const value = line.slice(colon + 1).trim();
  if (name === "") throw wrongValue("-H", "a line without a name and a colon (hidden)", 'it takes "Name: value"');
  if (value === "") throw wrongValue("-H", `"${name}:"`, `it sends "${name};" with no value; none is taken away`);
  return [name, value];
}

/** The `Authorization` of a login (RFC 7617), in UTF-8. The login is never shown. */
export function basicAuthorization(login: string): string {
  const colon = login.indexOf(":");
  if (colon === -1) {
    throw wrongValue("-u", "a login without a password (hidden)", 'it takes "user:password"; "user:" has none');
  }
  return `Basic ${Buffer.from(login).toString("base64")}`;
}
