/** What `npm start` runs: `hpx demo` without the `hpx`. */
import { fileURLToPath } from "node:url";
import { processContext, runCommand } from "../command.js";
import { demoCommand } from "./command.js";

const context = processContext();
await runCommand(demoCommand(context, fileURLToPath(new URL("../main.js", import.meta.url))), context);
