/** What `npm start` runs: `hpx demo` without the `hpx`. */
import { processContext, runCommand } from "../command.js";
import { demoCommand } from "./command.js";

const context = processContext();
await runCommand(demoCommand(context), context);
