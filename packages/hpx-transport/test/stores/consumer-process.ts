// A consumer with a store in a database, in a process of its own.
import { runConsumer } from "../durable/processes/run-consumer.js";
import { openDatabase } from "./databases/index.js";

await runConsumer(openDatabase);
