import { shown, wrongValue } from "../usage.js";

/** Where the text is in the data of an event: keys and indices from the top; empty for the data itself. */
export type TextPath = readonly string[];

/** Reads `choices.0.delta.content`; a dot within a key is written `\.`, and `.` alone is the data itself. */
export function parseTextPath(text: string): TextPath {
  if (text === ".") return [];
  const keys = [...text.replace(/^\./, "").matchAll(/((?:\\.|[^.\\])*)(?:\.|$)/gs)].map(([, key = ""]) => key);
  // The expression matches once more, at the end.
  const path = keys.slice(0, -1).map((key) => key.replace(/\\(.)/gs, "$1"));
  if (path.length > 0 && !path.includes("")) return path;
  throw wrongValue("--text", shown(text), "it takes a path such as choices.0.delta.content, or . for the data itself");
}

/** The text at `path` in `data`; undefined where the data is no JSON, or has no text there. */
export function textAt(data: string, path: TextPath): string | undefined {
  if (path.length === 0) return data;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
