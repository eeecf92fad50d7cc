import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import * as zlib from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { startServer, temporaryFile } from "../support/resources.js";
import { bundle, start } from "../support/program.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

/** What the server sees of a line that was pasted into bash behind `hpx sse`, with URL for its own. */
async function paste(line: string, command = "sse") {
  const server = await startServer();
  const text = `"$0" "$1" ${command} ${line.replaceAll("URL", server.url.replace(/\/$/, ""))}`;
  const child = spawn("bash", ["-c", text, process.execPath, hpx]);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => (stderr += part));
  const [code] = (await once(child, "close")) as [number];
  expect(code, stderr).toBe(0);
  const { method, headers, text: body, url: target } = await server.request(1);
  return { method, headers, body, target, stderr };
}

test.concurrent("Chrome's copy of a GET", async () => {
  const { method, headers, target } = await paste(`curl 'URL/events?a=\\[1\\]&b=\\{x\\}' \\
  -H 'accept: text/event-stream' \\
  -H 'accept-language: en-US,en;q=0.9' \\
  -H 'cache-control: no-cache' \\
  -b 'session=abc; theme=dark' \\
  -H 'x-empty;' \\
  -H 'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"' \\
  -H 'user-agent: Mozilla/5.0 (X11; Linux x86_64)' \\
  --insecure`);
  expect([method, target]).toEqual(["GET", "/events?a=[1]&b={x}"]);
  expect(headers).toMatchObject({
    accept: "text/event-stream",
    cookie: "session=abc; theme=dark",
    "x-empty": "",
    "sec-ch-ua": '"Chromium";v="140", "Not=A?Brand";v="24"',
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64)",
  });
});

test.concurrent("Chrome's copy of a POST: ANSI-C quotes, an @ that is no file, the length left to us", async () => {
  const { method, headers, body } = await paste(`curl 'URL/v1/chat' \\
  -X 'POST' \\
  -H 'content-type: application/json' \\
  -H 'content-length: 9999' \\
  --data-raw $'@{"text":"it\\'s\\\\u0021 \\u00e9\\\\n"}'`);
  expect([method, headers["content-type"]]).toEqual(["POST", "application/json"]);
  expect(body).toBe(`@{"text":"it's\\u0021 é\\n"}`);
  expect(headers["content-length"]).toBe(String(Buffer.byteLength(body)));
});

test.concurrent("Firefox's copy: --compressed beside what its browser accepts, --globoff, -X, all its headers", async () => {
  const { method, headers, target } = await paste(`curl 'URL/a[1]' --globoff --compressed -X PUT \\
  -H 'User-Agent: Mozilla/5.0 Firefox/140.0' -H 'Accept: */*' -H 'Accept-Encoding: gzip, deflate, br, zstd' \\
  -H 'Connection: keep-alive' -H 'Cookie: a=b' -H 'Sec-Fetch-Mode: cors' -H 'TE: trailers' -H 'Priority: u=4' --data-raw x`);
  expect([method, target]).toEqual(["PUT", "/a[1]"]);
  // Only what this Node can decode is asked for.
  const zstd = "createZstdDecompress" in zlib ? ", zstd" : "";
  expect(headers).toMatchObject({ "accept-encoding": `gzip, deflate, br${zstd}`, te: "trailers", cookie: "a=b" });
});

test.concurrent("Safari's and an API page's copies: --url, the long names, headers of HTTP/2", async () => {
  const line = `curl --request GET --url URL/events --header 'Authorization: Bearer key' -H ':authority: x' --location --no-buffer`;
  const { method, headers, target } = await paste(line);
  expect([method, target, headers["authorization"]]).toEqual(["GET", "/events", "Bearer key"]);
});

test.concurrent("options may stand before the word curl, and curl's without effect are taken", async () => {
  const { target, stderr } = await paste("curl -sSNLfg --http1.1 URL/a", "sse --max-events 3");
  expect([target, stderr]).toEqual(["/a", ""]);
  expect((await paste("-N -s -S -L URL/b")).target).toBe("/b");
});

test.concurrent("record and the doctor take a copied command, too", async () => {
  const file = temporaryFile("recording.jsonl");
  const { target } = await paste(`curl 'URL/a' -H 'accept: */*' ${file}`, "sse record");
  expect([target, readFileSync(file, "utf8").includes('"status":204')]).toEqual(["/a", true]);
  const server = await startServer();
  const doctor = start(hpx, ["sse", "doctor", "curl", server.url, "-sSN", "--compressed"]);
  expect(await doctor.exitCode).toBe(1);
  expect(doctor.output.stdout).toContain("It answers 204");
});

test.concurrent("-b, -A, -G and --data-binary", async () => {
  const { method, target, headers, body } = await paste(
    `-b 'a=1;' -b 'Cookie: b=2' -A me -G -d 'q=a b&x' --data-raw '@y=é' 'URL/s?v=1'`,
  );
  expect([method, target, body]).toEqual(["GET", "/s?v=1&q=a%20b&x&@y=%C3%A9", ""]);
  expect([headers["cookie"], headers["user-agent"], headers["content-type"]]).toEqual(["a=1; b=2", "me", undefined]);
  const file = temporaryFile("body");
  writeFileSync(file, "a\nb\n");
  expect((await paste(`--data-binary @${file} --data-raw @c -d d URL`)).body).toBe("a\nb\n&@c&d");
});

test.concurrent("--compressed asks for a compressed stream, and it is decoded", async () => {
  const server = await startServer({
    headers: { "content-encoding": "gzip" },
    body: zlib.gzipSync("data: packed\n\n"),
  });
  const program = start(hpx, ["sse", "--compressed", "--max-events", "1", server.url]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stdout).toContain('"data":"packed"');
  expect((await server.request(1)).headers["accept-encoding"]).toMatch(/^gzip, deflate, br/);
});

test.concurrent("-m ends it after so long, -v logs the requests without secrets", async () => {
  const server = await startServer({ body: "data: a\n\n", finish: "hold" });
  const program = start(hpx, ["sse", "-v", "-m", "1.5", "-H", "X-Key: secret-key", server.url]);
  expect(await program.exitCode).toBe(0);
  expect(program.output.stderr).toMatch(/ debug request method="GET" .*x-key="\(hidden\)"/);
  expect(program.output.stderr).not.toContain("secret");
});

test.concurrent("a header beyond ASCII goes out in UTF-8, as curl sends it", async () => {
  const { headers } = await paste(`URL -H 'X-Name: é漢' -A 漢 -b 'a=漢'`);
  expect([headers["user-agent"], headers["cookie"]].map((text = "") => Buffer.from(text, "latin1").toString())).toEqual(
    ["漢", "a=漢"],
  );
  expect(Buffer.from(headers["x-name"] ?? "", "latin1").toString()).toBe("é漢");
});
