import { readFile, rename, writeFile } from "node:fs/promises";
import { SseConnection } from "hpx-transport/sse";

const file = "cursor.txt";
const lastEventId = await readFile(file, "utf8").catch(() => "");

const connection = SseConnection.open({ url: "https://example.com/fills", lastEventId });
for await (const fill of connection) {
  await book(fill.id, fill.data);
  // Save after the event, never before it. The rename replaces the file in one step, so it is never half written.
  await writeFile(`${file}.new`, connection.lastEventId);
  await rename(`${file}.new`, file);
}

/** Your code. After a crash between it and the save, the event comes again: booking the same id twice must be safe. */
async function book(id: string, data: string): Promise<void> {
  console.log("booked", id, data);
}
