import * as zlib from "node:zlib";
import { textAsBytes } from "hpx-transport/http";
import { wrongValue } from "../usage.js";
import { readAt } from "./files.js";

type Header = readonly [name: string, value: string];

/** The compressions that this Node can decode. */
const DECODED: readonly string[] = ["gzip", "deflate", "br", ...("createZstdDecompress" in zlib ? ["zstd"] : [])];

/** What `--compressed` asks for. */
export const ENCODINGS: string = DECODED.join(", ");

/**
 * The headers of every `-H`: `Name: value`, `Name;` for one without a value, or `@file` for a file of such lines.
 * Values are never shown: they may be keys. Headers that a copied command has from its browser, and that cannot be sent
 * here as they are, change: the length of the body is counted, and only compressions that can be decoded are asked for.
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
  return headers.flatMap(([name, value]): Header[] => {
    const lower = name.toLowerCase();
    if (lower === "content-length" || lower.startsWith(":")) return [];
    return [[name, lower === "accept-encoding" ? decodable(value) : textAsBytes(value)]];
  });
}

/** The `Cookie` of every `-b`. */
export function readCookies(given: readonly string[]): string {
  for (const text of given) {
    if (text.includes("=")) continue;
    throw wrongValue(
      "-b",
      "text without = (hidden)",
      'it takes "name=value; name=value", and reads no file of cookies',
    );
  }
  return given.map((text) => text.replace(/^cookie:\s*/i, "").replace(/;\s*$/, "")).join("; ");
}

function decodable(value: string): string {
  const codings = value.split(",").map((each) => each.trim());
  const known = codings.filter((each) => /^(\*|identity|x-gzip)\b/.test(each) || DECODED.includes(codingOf(each)));
  return known.join(", ") || "identity";
}

function codingOf(entry: string): string {
  return (entry.split(";", 1)[0] as string).trim().toLowerCase();
}

function readHeader(line: string): Header {
  // A browser's HTTP/2 has headers such as ":authority".
  const colon = line.indexOf(":", line.startsWith(":") ? 1 : 0);
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
