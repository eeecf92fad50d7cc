/** What `npm start` runs: `hpx demo` without the `hpx`. */
import { processSurroundings } from "../command.js";
import { demoCommand } from "./command.js";

await demoCommand(processSurroundings()).parseAsync();
