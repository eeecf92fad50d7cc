import { TransportError } from "../error.js";

/**
 * The text of a JSON object with the string `value` as its first member. The rest stays as it is written: parsing and
 * writing it again would change numbers such as 0.10 or a long id. One that an earlier call put there gives way.
 *
 * @throws {TransportError} `CONFIG` when it is no JSON object, or has a member of that name elsewhere
 */
export function setJsonMember(text: string, name: string, value: string): string {
  const start = `{${JSON.stringify(name)}:`;
  const json = text.trim();
  const rest = json.startsWith(start) ? json.slice(start.length).replace(/^"(?:[^"\\]|\\.)*",?/, "") : json.slice(1);
  const others = parseObject(`{${rest}`);
  if (others === undefined || Object.hasOwn(others, name)) {
    throw TransportError.config(
      "HmacAuth.timestampIn",
      `a body (hidden) that is no JSON object without ${JSON.stringify(name)}`,
      "it takes a form or a JSON object, and writes that member itself",
    );
  }
  return `${start}${JSON.stringify(value)}${Object.keys(others).length === 0 ? "" : ","}${rest}`;
}

function parseObject(text: string): object | undefined {
  try {
    // It starts with a brace.
    return JSON.parse(text) as object;
  } catch {
    // What the engine says may quote the body.
    return undefined;
  }
}
