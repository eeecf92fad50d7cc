// A file store in a process of its own.
import { openStore } from "./open-store.js";
import { serveStore } from "./serve-store.js";

serveStore(openStore);
