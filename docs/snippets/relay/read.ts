import { writeFile } from "node:fs/promises";
import { openLog, readConfigFile, Relay } from "hpx-relay";

const fills = { url: "https://example.com/fills", continuity: "numeric" };
await writeFile("feeds.yaml", JSON.stringify({ sources: { fills } }));
const written = await Relay.start((await readConfigFile("feeds.yaml")).config);
await written.over;
await written.close();

// #region read
const { settings } = await readConfigFile("feeds.yaml");
const log = await openLog(settings.log, { readOnly: true }); // beside the relay that writes to it
let position = 0; // of the last message that you worked on: save it in one step with your work
for await (const records of log.read({ after: position }, new AbortController().signal)) {
  for (const { pos, source, id, kind, facts, data } of records) {
    if (kind === undefined) console.log(source, id, new TextDecoder().decode(data));
    else console.log(source, kind, facts); // a marker: what is missing before the next event
    position = pos;
  }
}
console.log("read up to", position);
await log.close();
// #endregion
