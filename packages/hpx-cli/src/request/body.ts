import { readAt } from "./files.js";

/** What `-d` and `--json` gave, in their order. */
export interface BodyFlags {
  readonly data?: readonly string[] | undefined;
  readonly json?: readonly string[] | undefined;
}

export interface Body {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/**
 * The body, as curl makes it: the parts of `-d` joined by `&`, those of `--json` as they are. Unlike curl's `-d`, a
 * file loses no line ends.
 */
export async function readBody(
  { data = [], json = [] }: BodyFlags,
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<Body | undefined> {
  if (json.length > 0) {
    return { bytes: Buffer.concat(await readParts("--json", json, stdin)), contentType: "application/json" };
  }
  if (data.length === 0) return undefined;
  const parts = await readParts("-d", data, stdin);
  const joined = parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from("&"), part]));
  return { bytes: Buffer.concat(joined), contentType: "application/x-www-form-urlencoded" };
}

async function readParts(
  option: string,
  values: readonly string[],
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<readonly Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for (const value of values) {
    parts.push(value.startsWith("@") ? await readAt(option, value.slice(1), stdin) : Buffer.from(value));
  }
  return parts;
}
