import { beforeAll, expect, test } from "vitest";
import { sseCommand } from "../../src/sse/command.js";
import { UsageError } from "../../src/usage.js";
import { context } from "../support/capture.js";
import { bundle, start } from "../support/program.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

const url = "http://127.0.0.1:1/";

test.each<[args: string[], line: RegExp]>([
  [["ftp://x"], /^URL: "ftp:\/\/x" cannot be used; it takes an http or https URL/],
  [["http://x y?key=secret"], /^URL: "http:\/\/x y\?…" cannot be used/],
  [["http://me:secret@x y/"], /^URL: text with a login \(hidden\)/],
  [["--idle-timeout", "soon", url], /^--idle-timeout: "soon" cannot be used; .* such as 500ms, 30s or 2m$/],
  [["--seconds", "0", url], /^--seconds: "0" cannot be used/],
  [["--seconds", "999999h", url], /^--seconds: "999999h" cannot be used; it takes a duration up to 24 days/],
  [["--max-attempts", "-1", url], /^--max-attempts: "-1" cannot be used; it takes a whole number from 0$/],
  [["--max-events", "0", url], /^--max-events: "0" cannot be used; it takes a whole number from 1$/],
  [["--last-event-id", "a\nb", url], /^--last-event-id: "a\\nb" cannot be used/],
  [["-H", "secret", url], /^-H: a line without a name and a colon \(hidden\)/],
  [["-H", "a: \u0001secret", url], /^-H: the value of a \(hidden\) cannot be used/],
  [["-H", "@/no/such/file", url], /^-H: "\/no\/such\/file" \(ENOENT\) cannot be used/],
  [["-u", "secret", url], /^-u: a login without a password \(hidden\) cannot be used; it takes "user:password"/],
  [["-X", "GE(T", url], /^-X: "GE\(T" cannot be used; it takes an HTTP method/],
  [["-X", "get", "-d", "x", url], /^-X: "get" has no body; leave it out, and the request is a POST$/],
  [["-d", "x", "--json", "{}", url], /^-d and --json: .* give all of it to one of them$/],
  [["-d", "@-", "-H", "@-", url], /^@-: standard input can be read once/],
  [["-d", "@/no/such/file", url], /^-d: "\/no\/such\/file" \(ENOENT\)/],
  [["--cacert", "/dev/null", url], /^--cacert: "\/dev\/null" \(no PEM in it\)/],
  [["-x", "ftp://u:secret@proxy", url], /^-x: the scheme "ftp:" cannot be used/],
  [["curl 'http://x/' -H 'a: secret'"], /^URL: a whole curl command in quotes; write it without the quotes around it/],
  [["-b", "secret-cookies.txt", url], /^-b: text without = \(hidden\) cannot be used; .* reads no file/],
  [["-G", url], /^-G: there is nothing to append/],
  [["-G", "--json", "{}", url], /^-G: JSON is no query/],
  [["--key", "/dev/null", url], /^--key: it is the key of a certificate; give that with --cert/],
  [["--cert", "/dev/null:secret", url], /^--cert: "\/dev\/null" \(no PEM in it\)/],
  [["--resolve", "x:443", url], /^--resolve: "x:443" cannot be used; it takes "host:port:address"/],
  [["--resolve", "x:443:name", url], /^--resolve: /],
  [["--unix-socket", "/s", "-x", "http://p", url], /^--unix-socket and -x: /],
  [["--unix-socket", "", url], /^--unix-socket: "" cannot be used/],
  [["-m", "0", url], /^-m: "0" cannot be used/],
  [["--text", "", url], /^--text: "" cannot be used; it takes a path such as choices\.0\.delta\.content/],
  [["--text", "a..b", url], /^--text: "a\.\.b"/],
  [["--text", "a", "--parse", url], /^--text and --parse: /],
  [["--text", "a", "--time", url], /^--text and --time: /],
  [
    ["serve", "--allow-host", "http://x/", "/dev/null"],
    /^--allow-host: "http:\/\/x\/" cannot be used; it takes the name/,
  ],
  [["serve", "--allow-origin", "x", "/dev/null"], /^--allow-origin: "x" cannot be used; it takes an origin/],
  [["serve", "--allow-origin", "http://x/path", "/dev/null"], /^--allow-origin: /],
  [["serve", "--max-size", "0", "/dev/null"], /^--max-size: "0" cannot be used/],
])("wrong usage %j is one line that says the way out, without a secret", async (args, line) => {
  const usage = sseCommand(context()).parseAsync(args, { from: "user" });
  await expect(usage).rejects.toThrow(UsageError);
  await expect(usage).rejects.toThrow(line);
  await expect(usage).rejects.not.toThrow(/secret|\n/);
});

test.each<[args: string[], line: RegExp]>([
  [[], /^error: missing required argument 'url' \(see --help\)\n$/],
  [["curl"], /^error: missing required argument 'url'/],
  [["curl", url, "secret-value"], /^error: too many arguments: it takes url, and there are 2; quote each value/],
  [["--url", url, url], /^error: too many arguments/],
  [["--unknown", url], /^error: unknown option '--unknown' \(see --help\)\n$/],
  [["--seconds", "soon", url], /^error: --seconds: "soon" cannot be used; .*\n$/],
  [["--cacert", "/no/such/file", url], /^error: --cacert: "\/no\/such\/file" \(ENOENT\) cannot be used; .*\n$/],
])("wrong usage %j is one line on standard error, and 2", async (args, line) => {
  const program = start(hpx, ["sse", ...args]);
  expect(await program.exitCode).toBe(2);
  expect(program.output.stderr).toMatch(line);
  expect(program.output.stdout).toBe("");
  expect(program.output.stderr).not.toContain("secret");
});

test("HPX_LOG takes a level", async () => {
  const program = start(hpx, ["sse", url], { HPX_LOG: "loud" });
  expect(await program.exitCode).toBe(2);
  expect(program.output.stderr).toBe(
    'error: HPX_LOG: "loud" cannot be used; it takes debug, info, warn, error or off\n',
  );
});
