// The contract in a page. The runner calls `runContract(setting)`, and each line goes to the page's `tell`.
import { runContract } from "./contract.js";
import type { Line, Setting } from "./protocol.js";

Object.assign(globalThis, {
  runContract: async (setting: Setting) => {
    const reports: unknown[] = [];
    const { tell } = globalThis as unknown as { tell: (line: Line) => Promise<void> };
    await runContract(setting, (line) => reports.push(tell(line)));
    await Promise.all(reports);
  },
});
