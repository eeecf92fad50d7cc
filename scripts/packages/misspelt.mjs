import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compilersOf } from "./compilers.mjs";
import { run } from "./pack.mjs";

/** A program with mistakes. Every compiler must report an error on each line that ends with the comment, and on no other. */
const program = `
import { SseConfig, SseConnection, type SseSource } from "hpx-transport/sse";
import { EventSource } from "hpx-transport/eventsource";
import { MockSseServer } from "hpx-transport/testing";
import { NodeClient } from "hpx-transport/http";

SseConnection.open({
  url: "https://x.test/",
  idleTimout: 5, // wrong
});
SseConnection.open({
  url: "https://x.test/",
  idleTimeout: "5", // wrong
});
await SseConnection.connect({
  url: new URL("https://x.test/"),
  reconect: false, // wrong
});
SseConnection.open({
  url: "https://x.test/",
  reconnect: {
    initalDelay: 5, // wrong
  },
});
SseConnection.open({
  url: "https://x.test/",
  overflow: "drop", // wrong
});
SseConnection.open({
  url: "https://x.test/",
  handler: {
    onConect() {}, // wrong
  },
});
SseConnection.open("https://x.test/", {
  onDisconect() {}, // wrong
});
SseConfig.from({
  url: "https://x.test/",
  eventCapcity: 1, // wrong
});
const config = new SseConfig("https://x.test/", {
  maxEventsize: 5, // wrong
});
config.with({
  methd: "POST", // wrong
});
SseConnection.open("https://x.test/").json(undefined, {
  onInvald: "skip", // wrong
});
new EventSource("https://x.test/", {
  withCredential: true, // wrong
});
await MockSseServer.start({
  retension: 5, // wrong
});
new NodeClient({
  prxy: "http://p.test/", // wrong
});

// What is right, with every kind of source.
SseConnection.open({ url: "https://x.test/", headers: { a: "b" }, reconnect: { maxAttempts: 3 }, handler: {} });
SseConnection.open("https://x.test/", { onConnect() {} });
SseConnection.open(new URL("https://x.test/"));
SseConnection.open(config.with({ fetch }));
export const open = (source: SseSource): SseConnection => SseConnection.open(source);
export const price = async (): Promise<number | undefined> => {
  for await (const { json } of SseConnection.open("https://x.test/").json<{ price: number }>()) return json.price;
  return undefined;
};
`;

/** Type-checks the program above: a misspelt option must be reported where it is, whatever the compiler. */
export async function misspeltProblems(project) {
  const folder = join(project, "misspelt");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "user.ts"), program);
  const compilerOptions = { target: "es2022", module: "nodenext", strict: true, noEmit: true, types: ["node"] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["user.ts"] }));
  const expected = linesWith("// wrong").join(", ");
  const problems = [];
  for (const [compiler, file] of compilersOf(project)) {
    const output = await run(process.execPath, [file, "--pretty", "false", "-p", folder]).then(
      () => "",
      (error) => error.message,
    );
    const lines = [...output.matchAll(/user\.ts\((\d+),/g)].map(([, line]) => Number(line));
    const found = [...new Set(lines)].toSorted((a, b) => a - b).join(", ");
    if (found !== expected) problems.push(`${compiler}: errors on lines ${found}, expected ${expected}\n${output}`);
  }
  return problems;
}

function linesWith(comment) {
  return program.split("\n").flatMap((line, index) => (line.endsWith(comment) ? [index + 1] : []));
}
