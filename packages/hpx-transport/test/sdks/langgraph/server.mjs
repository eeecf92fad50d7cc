// LangGraph's own server, in a process of its own: it has global state, and writes into its folder.
import { startServer } from "@langchain/langgraph-api/server";

const [port, cwd] = process.argv.slice(2);
const graph = new URL("graph.mjs", import.meta.url).pathname;
await startServer({ port: Number(port), nWorkers: 1, host: "127.0.0.1", cwd, graphs: { agent: `${graph}:graph` } });
process.stdout.write("ready\n");
