// The guides, in the order in which someone learns. The build fails for a guide in docs/guides that is not in this list;
// a name whose file does not exist yet is left out.
export const learning = [
  { title: "Start", guides: ["start", "assistants"] },
  { title: "Use", guides: ["exchange", "llm-and-mcp", "leaving-eventsource", "migrating", "operator"] },
  { title: "Rely on it", guides: ["reliability", "durable", "websocket", "relay"] },
  { title: "Run it", guides: ["telemetry", "testing", "performance", "runtimes", "works-with"] },
];

/** The other files of the repository that are pages: the path from the root, and the path in the site without `.md`. */
export const documents = [
  { file: "docs/decisions.md", page: "decisions" },
  { file: "ARCHITECTURE.md", page: "architecture" },
  { file: "CONTRIBUTING.md", page: "contributing" },
  { file: "bench/RESULTS.md", page: "measurements" },
  { file: "packages/hpx-transport/README.md", page: "packages/hpx-transport" },
  { file: "packages/hpx-transport/CHANGELOG.md", page: "changelog/hpx-transport" },
  { file: "packages/hpx-transport/test/README.md", page: "tests" },
  { file: "packages/hpx-transport/chaos/README.md", page: "chaos" },
  { file: "packages/hpx-cli/README.md", page: "packages/hpx-cli" },
  { file: "packages/hpx-cli/CHANGELOG.md", page: "changelog/hpx-cli" },
  { file: "packages/hpx-relay/README.md", page: "packages/hpx-relay" },
  { file: "packages/hpx-relay/test/README.md", page: "tests-of-the-relay" },
  { file: "packages/hpx-relay/chaos/README.md", page: "chaos-of-the-relay" },
  { file: "packages/hpx-relay/CHANGELOG.md", page: "changelog/hpx-relay" },
  { file: "packages/sseer/README.md", page: "packages/sseer" },
  { file: "packages/sseer/CHANGELOG.md", page: "changelog/sseer" },
  { file: "works-with/README.md", page: "works-with-programs" },
];
