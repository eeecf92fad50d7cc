import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readRelayConfig } from "../../src/config/options.js";

/** The examples of the page of all options, which shows them as lines of a file. */
const text = readFileSync(
  fileURLToPath(new URL("../../../../docs/website/examples/relay.ts", import.meta.url)),
  "utf8",
);

/** An example as a file has it: an object of the code is YAML, too. */
function exampleOf(type: string): Record<string, unknown> {
  const found = new RegExp(`^export const \\w+ = (\\{(?:(?!^export)[^])*?\\}) satisfies ${type};$`, "m").exec(text);
  return parse(found?.[1] ?? "") as Record<string, unknown>;
}

const environment = { KEY: "k" };
const sources = { a: { url: "https://example.com/" } };

test("the example of the configuration is one in a file", () => {
  expect(readRelayConfig(exampleOf("RelayConfig"), { environment }).sources.size).toBe(2);
});

test.each(Object.entries(exampleOf("SourceConfig")))("the example of a source's %s can be used", (name, value) => {
  const source = { ...sources.a, [name]: value };
  expect(readRelayConfig({ sources: { a: source } }, { environment }).sources.size).toBe(1);
});

test.each([
  ["stream", "StreamConfig"],
  ["group", "GroupConfig"],
  ["defaults", "DefaultsConfig"],
])("each example of %s can be used", (key, type) => {
  const examples = Object.entries(exampleOf(type));
  expect(examples.length).toBeGreaterThan(1);
  for (const [name, value] of examples) {
    expect(() => readRelayConfig({ log: "nats://127.0.0.1:4222", [key]: { [name]: value }, sources })).not.toThrow();
  }
});
