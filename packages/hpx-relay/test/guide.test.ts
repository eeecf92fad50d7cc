import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readConfigFile, type RelayStatus } from "hpx-relay";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { metricsOf } from "../src/status/metrics.js";

const path = (file: string): string => fileURLToPath(new URL(`../../../docs/${file}`, import.meta.url));
const guide = readFileSync(path("guides/relay.md"), "utf8");

const status: RelayStatus = {
  id: "one",
  startedAt: 0,
  ready: true,
  log: { url: "sqlite:relay.db", state: "writable", commits: 1, commitSeconds: 0.1 },
  sources: [],
};
const metrics = new Set([...metricsOf(status).matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));

test("the guide lists every metric, and no other", () => {
  const listed = [...guide.matchAll(/^\| `(hpx_relay_\w+)/gm)].map(([, name]) => name);
  expect(new Set(listed)).toEqual(metrics);
});

test("the alerts of the guide are YAML, and ask for metrics that there are", () => {
  const { groups } = parse(readFileSync(path("snippets/relay/alerts.yaml"), "utf8")) as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(3);
  for (const { expr } of rules) {
    const [name] = /hpx_relay_\w+/.exec(expr) ?? [];
    expect(metrics).toContain(name);
  }
});

test.each(readdirSync(path("snippets/relay")).filter((file) => /^(?!alerts).*\.yaml$/.test(file)))(
  "the configuration %s of the guide can be used",
  async (file) => {
    const environment = { KEY: "k", NATS_PASSWORD: "p" };
    const { settings } = await readConfigFile(path(`snippets/relay/${file}`), { environment });
    expect(settings.sources.size).toBeGreaterThan(1);
  },
);
