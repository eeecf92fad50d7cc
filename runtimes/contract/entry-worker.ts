// The contract as a worker. It answers a request with its report: a JSON line for each check.
import { runContract } from "./contract.js";
import type { Setting } from "./protocol.js";

export default {
  fetch(request: Request): Response {
    const setting = JSON.parse(new URL(request.url).searchParams.get("setting") ?? "") as Setting;
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    void report(setting, writable);
    return new Response(readable);
  },
};

async function report(setting: Setting, writable: WritableStream<Uint8Array>): Promise<void> {
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const written: Promise<void>[] = [];
  try {
    await runContract(setting, (line) => {
      written.push(writer.write(encoder.encode(`${JSON.stringify(line)}\n`)));
    });
    await Promise.all(written);
    await writer.close();
  } catch (error) {
    await writer.abort(error);
  }
}
