// Verifies a log in a process of its own: events a second.
import { openLog, verify, type VerifyReport } from "hpx-relay";
import { measured } from "./speed.js";

const { settings, numeric, events } = JSON.parse(process.argv[2] ?? "") as {
  settings: Parameters<typeof openLog>[0];
  numeric: string[];
  events: number;
};
const log = await openLog(settings, { readOnly: true });
let report: VerifyReport | undefined;
const speed = await measured(async () => {
  report = await verify(log, { numeric: new Set(numeric) });
}, events);
await log.close();
process.send?.({ report, speed });
process.disconnect();
