import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FileCursorStore } from "hpx-transport/durable/file";
import { acknowledging } from "./acknowledging.js";

// In the working folder: the folder for temporary files may be memory.
const folder = mkdtempSync(join(process.cwd(), "bench-cursors-"));
process.once("exit", () => rmSync(folder, { recursive: true }));
const store = new FileCursorStore(folder);
export default acknowledging(() => store);
