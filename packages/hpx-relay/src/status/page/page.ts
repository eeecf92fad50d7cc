import { createHash } from "node:crypto";
import { SOURCE_STATES } from "../status.js";
import { SCRIPT } from "./script.js";
import { STYLE } from "./style.js";

const HEADS: readonly (readonly [key: string, title: string])[] = [
  ["name", "source"],
  ["state", "state"],
  ["owner", "owner"],
  ["rate", "rate"],
  ["spark", "last minute"],
  ["lag", "lag"],
  ["n", "events"],
  ["lastId", "last id"],
  ["gaps", "gaps"],
  ["error", "last error"],
];

const heads = HEADS.map(([key, title]) => `<th><button data-key="${key}">${title}</button></th>`).join("");
const states = SOURCE_STATES.map((state) => `<option>${state}</option>`).join("");

/** The status page: one file that loads nothing, and gets everything that it shows from `events` beside it. */
export const PAGE: string = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>hpx relay</title><link rel="icon" href="data:,"><style>${STYLE}</style></head><body>
<header>
<div><h1>hpx relay <span id="id"></span></h1><span id="ready"></span><span id="log"></span><span id="members"></span>
<span id="live" role="status">connecting</span></div>
<div id="totals"><span><b id="count">0</b> sources: <span id="states"></span></span><span><b id="rate"></b> in all</span>
<span>longest lag <b id="lag"></b></span><span>gaps <b id="gaps"></b></span><span>duplicates dropped <b id="duplicates"></b></span></div>
<div id="tools"><input id="filter" type="search" placeholder="filter" aria-label="filter"><select id="state" aria-label="state">
<option value="">every state</option>${states}</select><span id="shown"></span></div>
</header>
<table><thead><tr>${heads}</tr></thead><tbody id="rows"></tbody></table>
<p id="none" hidden>No source matches the filter.</p>
<script>${SCRIPT}</script></body></html>
`;

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** What the page may do: run its own script and style, and connect to where it came from. */
export const PAGE_POLICY: string = [
  "default-src 'none'",
  `script-src ${hashOf(SCRIPT)}`,
  `style-src ${hashOf(STYLE)}`,
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
