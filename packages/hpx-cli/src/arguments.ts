/** What `hpx` itself takes first. */
const OWN: ReadonlySet<string> = new Set(["sse", "ws", "demo", "relay", "help", "-h", "--help", "-V", "--version"]);

/**
 * The arguments of `hpx`, completed: `hpx https://example.com/events`, `hpx :8080/events`, `hpx -H 'a: b' URL` and
 * `hpx curl URL` follow a stream, as `hpx sse` does; `hpx wss://example.com/feed` is `hpx ws`. A word that cannot be a URL stays a mistake.
 */
export function completeArguments(args: readonly string[]): readonly string[] {
  const [first = ""] = args;
  if (OWN.has(first)) return args;
  if (/^wss?:\/\//i.test(first)) return ["ws", ...args];
  const isRequest = first.startsWith("-") || /^curl(\.exe)?$/.test(first) || /[:/.]/.test(first);
  return isRequest ? ["sse", ...args] : args;
}
