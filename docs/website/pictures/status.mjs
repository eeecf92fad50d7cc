// `npm run docs:status`: runs a relay over mock sources for a minute, and takes pictures of its status page in headless Chromium,
// docs/status-light.webp and docs/status-dark.webp.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Relay } from "hpx-relay";
import { MockSseServer, seededRandom } from "hpx-transport/testing";
import { root } from "../build/paths.mjs";
import { launch } from "../test/support/browser.mjs";

/** How long it runs: the lines of the page show the last minute. */
const RUN = 65_000;
const TICK = 50;
const VIEWPORT = { width: 1180, height: 520 };
const random = seededRandom(7);

/** What a source of the picture does: events a second, how much that moves, and what else happens. */
const SOURCES = {
  "btc-trades": { rate: 320, moves: 0.7, id: (n) => `9031${String(n).padStart(5, "0")}` },
  "eth-trades": { rate: 140, moves: 0.9, id: (n) => `4410${String(n).padStart(5, "0")}` },
  fills: { rate: 12, moves: 0.9, continuity: "numeric", gapAt: 150 },
  orders: { rate: 30, moves: 0.6, continuity: "numeric" },
  "order-book": { rate: 480, moves: 0.4, id: (n) => `${812_000 + n}` },
  "wiki-changes": { rate: 45, moves: 0.5, id: (n) => `eqiad.${n},codfw.${n * 3}` },
  news: { rate: 0.4, moves: 0, id: (n) => `news-${n}` },
  "sensors-north": { rate: 25, moves: 0.1, id: (n) => `n-${n}` },
  "sensors-south": { rate: 25, moves: 0.1, id: (n) => `s-${n}` },
  ticks: { rate: 60, moves: 0.8, ids: "none", breaksAt: [20_000, 45_000] },
  "alerts-eu": { rate: 0, status: 503 },
  legacy: { rate: 0, status: 404 },
};

const folder = join(tmpdir(), "feeds");
await rm(folder, { recursive: true, force: true });
await mkdir(folder);
const servers = new Map();
for (const [name, { status, ids }] of Object.entries(SOURCES)) {
  const server = await MockSseServer.start({ retention: ids === "none" ? 0 : 1000, recordedRequests: 10 });
  if (status !== undefined) server.otherwise({ status });
  servers.set(name, server);
}
const sources = Object.fromEntries(
  [...servers].map(([name, { url }]) => {
    const { continuity, ids } = SOURCES[name];
    return [name, { url, ...(continuity !== undefined && { continuity }), ...(ids !== undefined && { ids }) }];
  }),
);
const relay = await Relay.start({ id: "relay-1", status: "127.0.0.1:0", sources }, { folder });
const publishing = publish();
const browser = await launch();
const page = await browser.newPage({ viewport: VIEWPORT, deviceScaleFactor: 2 });
await page.goto(`${relay.statusUrl}/`);
await sleep(RUN);
for (const colorScheme of ["light", "dark"]) {
  await page.emulateMedia({ colorScheme });
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 80 });
  await writeFile(join(root, `docs/status-${colorScheme}.webp`), Buffer.from(data, "base64"));
}
await browser.close();
publishing.stop();
await relay.close();
for (const server of servers.values()) await server.close();
await rm(folder, { recursive: true });

/** Publishes at the rates of the sources, which swing around them. */
function publish() {
  const begun = performance.now();
  const state = new Map(
    Object.keys(SOURCES).map((name) => [
      name,
      { n: 0, due: 0, phase: random() * 7, period: 12 + random() * 25, broken: 0 },
    ]),
  );
  const timer = setInterval(() => {
    const elapsed = performance.now() - begun;
    for (const [name, source] of Object.entries(SOURCES)) {
      const own = state.get(name);
      own.due += (rateAt(source, own, elapsed / 1000) * TICK) / 1000;
      for (; own.due >= 1; own.due -= 1) publishOne(servers.get(name), source, own);
      if (elapsed > (source.breaksAt?.[own.broken] ?? Infinity)) {
        own.broken += 1;
        void servers.get(name).disconnectAll("reset");
      }
    }
  }, TICK);
  return { stop: () => clearInterval(timer) };
}

function rateAt({ rate, moves }, { phase, period }, seconds) {
  const swing = Math.sin(phase + (seconds * 2 * Math.PI) / period);
  return Math.max(0, rate * (1 + moves * (0.7 * swing + 0.3 * (random() - 0.5))));
}

function publishOne(server, { id, gapAt }, own) {
  own.n += own.n === gapAt ? 4 : 1;
  server.publish({
    id: id === undefined ? String(own.n) : id(own.n),
    data: JSON.stringify({ n: own.n, price: random() }),
  });
}
