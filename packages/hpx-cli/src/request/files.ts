import { readFile } from "node:fs/promises";
import { errorCode } from "../text.js";
import { shown, wrongValue } from "../usage.js";

/** What a `@file` means in the place of a value: its bytes; those of standard input for `@-`. */
export async function readAt(
  option: string,
  file: string,
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<Uint8Array> {
  if (file !== "-") return readFileFor(option, file);
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** The bytes of a file that `option` names. */
export async function readFileFor(option: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw wrongValue(option, `${shown(file)} (${errorCode(error)})`, "it takes a file that can be read");
  }
}
