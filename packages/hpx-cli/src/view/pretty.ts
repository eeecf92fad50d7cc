import type { Colors } from "../colors.js";
import { columnsOf, cut, printable } from "../text.js";

/** Longer data is taken for JSON by its first character. */
const LONGEST_PARSED = 65_536;

type Kind = "key" | "string" | "number" | "word" | "mark";

interface Token {
  kind: Kind;
  text: string;
}

const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s"{}[\],:]+/gs;

/** Data on one line of at most `columns`: JSON spaced and coloured, text as it is; nothing that steers a terminal. */
export function pretty(data: string, columns: number, colors: Colors): string {
  if (columns <= 0) return "";
  // What is far beyond the line need not be looked at; a character takes a column, unless it is left out.
  const start = data.slice(0, columns * 4 + 1000);
  if (!isJson(data)) return cut(printable(start.replace(/\r\n|[\r\n]/g, " ⏎ ")), columns);
  const paint: Readonly<Record<Kind, (text: string) => string>> = {
    key: colors.cyan,
    string: colors.green,
    number: colors.yellow,
    word: colors.magenta,
    mark: colors.dim,
  };
  let left = columns;
  let line = "";
  const tokens = tokenize(start);
  for (const [index, { kind, text }] of tokens.entries()) {
    const clean = printable(text);
    const width = columnsOf(clean);
    const last = index === tokens.length - 1;
    if (width > left || (width === left && !last)) return line + paint[kind](cut(`${clean}  `, left));
    line += paint[kind](clean);
    left -= width;
  }
  return line;
}

function isJson(data: string): boolean {
  if (!/^\s*[[{]/.test(data)) return false;
  if (data.length > LONGEST_PARSED) return true;
  try {
    JSON.parse(data);
    return true;
  } catch {
    return false;
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const before = tokens.at(-1);
    if (token === ":" && before?.kind === "string") before.kind = "key";
    tokens.push({ kind: kindOf(token), text: token === ":" || token === "," ? `${token} ` : token });
  }
  return tokens;
}

function kindOf(token: string): Kind {
  if (token.startsWith('"')) return "string";
  if (/^[{}[\],:]/.test(token)) return "mark";
  return /^-?\d/.test(token) ? "number" : "word";
}
