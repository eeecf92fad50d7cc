// A store in a database, in a process of its own.
import { serveStore } from "../durable/processes/serve-store.js";
import { openDatabase } from "./databases/index.js";

serveStore(openDatabase);
