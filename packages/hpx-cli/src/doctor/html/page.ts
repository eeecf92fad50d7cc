import { publicHeaders } from "../../record/public-headers.js";
import type { Secrets } from "../../request/secrets.js";
import { version } from "../../command.js";
import type { Evidence, Head } from "../evidence.js";
import { quoted } from "../findings/check.js";
import type { NamedResult } from "../findings/index.js";
import { MARKS, type Report, summary } from "../report.js";
import { Html, markup } from "./escape.js";
import { STYLE } from "./style.js";
import { timeline } from "./timeline.js";

/** What the page says beside the report. */
export interface PageContext {
  readonly evidence: Evidence;
  /** When the examination began. */
  readonly at: Date;
  readonly secrets: Secrets;
}

/** Nothing is loaded, and no script runs, whatever a server put into the page. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/**
 * The report as one HTML file, to be attached to a bug report: the checks, a timeline of each connection, and the headers
 * that say how the stream is sent. No data of events is in it, and no secret of the request.
 */
export function htmlReport(report: Report, { evidence, at, secrets }: PageContext): string {
  const { first } = evidence;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${report.url} · hpx sse doctor</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<h1>${report.method} ${report.url}</h1>
<p>${summary(report)}</p>
<p class="dim">hpx sse doctor ${version()}, ${at.toISOString()}, Node ${process.versions.node} on ${process.platform}</p>
<h2>Checks</h2>
<table>
${report.results.map(checkRow)}
</table>
<h2>Timeline</h2>
${timelines(evidence, secrets)}
${first.head === undefined ? "" : headers(first.head, secrets)}
</body>
</html>
`.text;
}

function checkRow(result: NamedResult): Html {
  const { severity, check, says } = result;
  const fix = severity === "ok" ? "" : markup`<p class="fix">→ ${result.fix}</p>`;
  return markup`<tr>
<th class="${severity}" scope="row">${MARKS[severity]} ${check}</th>
<td><p><span class="${severity}">${severity}</span>: ${says}</p>${fix}</td>
</tr>`;
}

function timelines({ first, uncompressed, again }: Evidence, secrets: Secrets): readonly Html[] {
  const resumed = again?.after === undefined ? "" : `, after the id ${secrets.hide(quoted(again.after))}`;
  return [
    timeline("First connection", first),
    ...(uncompressed === undefined ? [] : [timeline("Asked for without compression", uncompressed)]),
    ...(again === undefined ? [] : [timeline(`Connected again${resumed}`, again.probe)]),
  ];
}

function headers(head: Head, secrets: Secrets): Html {
  const rows = Object.entries(publicHeaders(head.headers, secrets)).map(
    ([name, value]) => markup`<tr><th scope="row">${name}</th><td>${value}</td></tr>`,
  );
  return markup`<h2>Headers of the response</h2>
<p class="dim">Only those that say how the stream is sent.</p>
<table>
<tr><th scope="row">status</th><td>${head.status}</td></tr>
${rows}
</table>`;
}
