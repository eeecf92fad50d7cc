import { readAt } from "./files.js";

/** A part of the body. */
export interface BodyPart {
  readonly value: string;
  /** An `@` at the beginning is a character like any other: `--data-raw`. */
  readonly raw: boolean;
}

/** What `-d`, `--data-raw`, `--data-binary` and `--json` gave, in their order. */
export interface BodyFlags {
  readonly data?: readonly BodyPart[] | undefined;
  readonly json?: readonly string[] | undefined;
}

export interface Body {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/**
 * The body, as curl makes it: the parts of `-d` joined by `&`, those of `--json` as they are. Unlike curl's `-d`, a
 * file loses no line ends, which is what `--data-binary` says.
 */
export async function readBody(
  { data = [], json = [] }: BodyFlags,
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<Body | undefined> {
  if (json.length > 0) {
    const parts = json.map((value) => ({ value, raw: false }));
    return { bytes: Buffer.concat(await readParts("--json", parts, stdin)), contentType: "application/json" };
  }
  if (data.length === 0) return undefined;
  const parts = await readParts("-d", data, stdin);
  const joined = parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from("&"), part]));
  return { bytes: Buffer.concat(joined), contentType: "application/x-www-form-urlencoded" };
}

async function readParts(
  option: string,
  given: readonly BodyPart[],
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<readonly Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for (const { value, raw } of given) {
    const fromFile = !raw && value.startsWith("@");
    parts.push(fromFile ? await readAt(option, value.slice(1), stdin) : Buffer.from(value));
  }
  return parts;
}
