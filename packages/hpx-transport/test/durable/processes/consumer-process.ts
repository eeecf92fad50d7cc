// A consumer with a file store, in a process of its own.
import { openStore } from "./open-store.js";
import { runConsumer } from "./run-consumer.js";

await runConsumer(openStore);
