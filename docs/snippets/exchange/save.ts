import { readFile, rename, writeFile } from "node:fs/promises";
import { SseConnection } from "hpx-transport/sse";

const file = "cursor.txt";
const lastEventId = await readFile(file, "utf8").catch(() => "");

const connection = SseConnection.open({ url: "https://example.com/fills", lastEventId });
for await (const fill of connection) {
  await book(fill.id, fill.data);
  // After the event, never before it. The rename makes the file whole or not there at all.
  await writeFile(`${file}.new`, connection.handle.lastEventId);
  await rename(`${file}.new`, file);
}

/** Yours. A crash between it and the save brings the event a second time, so booking the same id twice must do no harm. */
async function book(id: string, data: string): Promise<void> {
  console.log("booked", id, data);
}
