import { MockSseServer, type Reply } from "hpx-transport/testing";
import { onTestFinished } from "../support/resources.js";
import { examine } from "../../src/doctor/examine.js";
import { judge, type NamedResult } from "../../src/doctor/findings/index.js";
import type { RequestFlags } from "../../src/request/flags.js";
import { readRequest } from "../../src/request/request.js";
import { context } from "../support/capture.js";

/** How many milliseconds an examination takes in a test: the first connection gets two thirds of it. */
const TIME = 3000;

export interface Examination {
  readonly time?: number;
  readonly origin?: string;
  readonly flags?: RequestFlags;
}

/** What the doctor says of `url`. */
export async function diagnose(url: string, options: Examination = {}): Promise<readonly NamedResult[]> {
  const { time = TIME, origin, flags = {} } = options;
  const request = await readRequest(url, flags, context());
  return judge(await examine({ request, time, origin, stop: new AbortController().signal }));
}

/** Everything that it finds wrong, each as "severity Check: sentence". */
export async function findings(url: string, options: Examination = {}): Promise<string[]> {
  const results = await diagnose(url, options);
  return results.flatMap(({ severity, check, says }) => (severity === "ok" ? [] : [`${severity} ${check}: ${says}`]));
}

/** A server that gives every request this reply. */
export async function serverWith(reply: Reply, ...first: readonly Reply[]): Promise<MockSseServer> {
  const server = await MockSseServer.start({ headers: { "cache-control": "no-cache" } });
  onTestFinished(() => server.close());
  server.reply(...first);
  server.otherwise(reply);
  return server;
}

/** A server as the doctor likes it: it sends at once, beats its heart, and resumes. */
export async function healthyServer(): Promise<MockSseServer> {
  const server = await serverWith(async (exchange) => {
    await exchange.write(": welcome\n\nretry: 2000\n\n");
    await exchange.follow();
  });
  const timer = setInterval(() => {
    server.comment("beat");
    server.publish({ data: "x", event: "tick" });
  }, 120);
  onTestFinished(() => clearInterval(timer));
  return server;
}
