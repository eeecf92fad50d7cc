import type { RecordingEntry } from "./format.js";

const ENDINGS: ReadonlySet<unknown> = new Set(["complete", "broken", "stopped"]);
/** A token, and a field value in Latin-1, as RFC 9110 has them and Node sends them. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7E\x80-\xFF]*$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The entry that a line of a recording holds; undefined where the line is damaged: each part must be as the format says. */
export function parseEntry(line: string): RecordingEntry | undefined {
  const value = parseObject(line);
  if (value === undefined || !isTime(value["t"])) return undefined;
  return isContent(value) ? (value as unknown as RecordingEntry) : undefined;
}

/** The object that a line holds. */
export function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isContent({ request, response, text, base64, end }: Record<string, unknown>): boolean {
  if (request !== undefined) return isObject(request) && typeof request["lastEventId"] === "string";
  if (response !== undefined)
    return isObject(response) && isStatus(response["status"]) && hasHeaders(response["headers"]);
  if (text !== undefined) return typeof text === "string";
  if (base64 !== undefined) return typeof base64 === "string" && base64.length % 4 === 0 && BASE64.test(base64);
  return ENDINGS.has(end);
}

/** Headers that a server can send: what is refused here would be an error in the middle of an answer. */
function hasHeaders(headers: unknown): boolean {
  if (!isObject(headers)) return false;
  return Object.entries(headers).every(
    ([name, value]) => HEADER_NAME.test(name) && typeof value === "string" && HEADER_VALUE.test(value),
  );
}

function isStatus(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 200 && (value as number) <= 599;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
