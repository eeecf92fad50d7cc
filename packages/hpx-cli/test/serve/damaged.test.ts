import { writeFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { readRecording } from "../../src/recording/reader.js";
import { Timeline } from "../../src/serve/timeline.js";
import { temporaryFile } from "../support/resources.js";
import { bundle, start } from "../support/program.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

const HEADER = '{"format":"hpx-sse-recording","version":1,"url":"http://x/","method":"GET","started":"2026"}';
const REQUEST = '{"t":0,"request":{"lastEventId":""}}';
const LARGE = 1e9;

function recording(...lines: readonly string[]): string {
  const file = temporaryFile("recording.jsonl");
  writeFileSync(file, lines.join("\n"));
  return file;
}

test.concurrent.each([
  ['{"t":1,"text":{"length":60000000}}'],
  ['{"t":1,"text":5}'],
  ['{"t":1,"base64":"a"}'],
  ['{"t":1,"base64":"%%%%"}'],
  ['{"t":"1","text":"a"}'],
  ['{"t":-1,"text":"a"}'],
  ['{"t":1e999,"text":"a"}'],
  ['{"text":"a"}'],
  ['{"t":1}'],
  ['{"t":1,"end":"exploded"}'],
  ['{"t":1,"response":{"status":99,"headers":{}}}'],
  ['{"t":1,"response":{"status":200.5,"headers":{}}}'],
  ['{"t":1,"response":{"status":200}}'],
  ['{"t":1,"response":{"status":200,"headers":{"a":1}}}'],
  ['{"t":1,"response":{"status":200,"headers":{"a b":"x"}}}'],
  ['{"t":1,"response":{"status":200,"headers":{"a":"x\\r\\nSet-Cookie: y"}}}'],
  ['{"t":1,"request":{}}'],
  ["null"],
  ["[]"],
  ["{"],
  [""],
])("a damaged line is refused with its number: %s", async (line) => {
  const file = recording(HEADER, REQUEST, line, '{"t":2,"end":"complete"}', "");
  await expect(readRecording(file, LARGE)).rejects.toThrow(
    /^FILE: .* \(line 3 is damaged: not an entry of a recording\)/,
  );
});

test.concurrent("an answer without a request is damage, and so is a first line without a URL", async () => {
  await expect(readRecording(recording(HEADER, '{"t":1,"text":"a"}', ""), LARGE)).rejects.toThrow(
    /line 2 is damaged: an answer without a request/,
  );
  const first = '{"format":"hpx-sse-recording","version":1}';
  await expect(readRecording(recording(first, ""), LARGE)).rejects.toThrow(/line 1 is damaged: no url/);
});

test.concurrent("only the last line may be incomplete, and only where it has no line end", async () => {
  const cut = await readRecording(recording(HEADER, REQUEST, '{"t":1,"te'), LARGE);
  expect([cut.cutOff, cut.attempts.length]).toEqual([true, 1]);
  await expect(readRecording(recording(HEADER, REQUEST, '{"t":1,"te', ""), LARGE)).rejects.toThrow(/line 3 is damaged/);
  await expect(readRecording(recording(HEADER, REQUEST, '{"t":1,"text":5}'), LARGE)).rejects.toThrow(
    /line 3 is damaged/,
  );
});

test.concurrent("a line without an end is not read to it", async () => {
  const file = recording(HEADER, REQUEST, `{"t":1,"text":"${"x".repeat(5_000_000)}"}`, "");
  await expect(readRecording(file, LARGE)).rejects.toThrow(/line 3 is damaged: longer than 4\.2 MB/);
});

test.concurrent("a recording that needs more memory than is allowed is refused: text, tiny chunks, ids", async () => {
  const chunk = '{"t":1,"text":"a"}';
  const tiny = recording(HEADER, REQUEST, ...Array.from({ length: 6000 }, () => chunk), "");
  await expect(readRecording(tiny, 1e6)).rejects.toThrow(
    /\(it needs more than 1\.0 MB of memory\) .* --max-size allows more/,
  );
  const ids = Array.from({ length: 10_000 }, (_, id) => `id:${id}\\n\\n`).join("");
  const head = '{"t":1,"response":{"status":200,"headers":{}}}';
  const many = await readRecording(recording(HEADER, REQUEST, head, `{"t":1,"text":"${ids}"}`, ""), 1e6);
  expect(() => new Timeline(many, 1e6)).toThrow(RangeError);
});

test.concurrent("hpx sse serve says so in one line, with 2", async () => {
  const damaged = recording(HEADER, REQUEST, '{"t":1,"text":{"length":60000000}}', "");
  const program = start(hpx, ["sse", "serve", damaged]);
  expect(await program.exitCode).toBe(2);
  expect(program.output.stderr).toMatch(/^error: FILE: .* \(line 3 is damaged: .*; it takes a recording as hpx .*\n$/);
  const ids = Array.from({ length: 10_000 }, (_, id) => `id:${id}\\n\\n`).join("");
  const head = '{"t":1,"response":{"status":200,"headers":{}}}';
  const large = start(hpx, [
    "sse",
    "serve",
    "--max-size",
    "1",
    recording(HEADER, REQUEST, head, `{"t":1,"text":"${ids}"}`, ""),
  ]);
  expect(await large.exitCode).toBe(2);
  expect(large.output.stderr).toMatch(/it needs more than 1\.0 MB of memory/);
});
