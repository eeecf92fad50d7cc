/** What JSON may hold as it is, and a terminal would obey: control characters, changes of direction, line separators. */
const STEERING = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/** The same JSON with such characters escaped. */
export function harmless(json: string): string {
  return json.replace(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
