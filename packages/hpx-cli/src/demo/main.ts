/** What `npm start` runs: `hpx demo` without the `hpx`. */
import { processSurroundings, runCommand } from "../command.js";
import { demoCommand } from "./command.js";

const surroundings = processSurroundings();
await runCommand(demoCommand(surroundings), surroundings);
