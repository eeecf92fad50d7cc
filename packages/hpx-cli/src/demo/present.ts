import { Output, type CommandContext } from "../output.js";
import { errorLine } from "../text.js";
import { Lines } from "./lines.js";
import { Screen } from "./screen.js";
import type { Report, View } from "./view.js";

/**
 * Lets `run` show what it sees, then prints its report below; resolves with the exit code. `run` is to stop when its
 * signal is aborted: by Ctrl-C, or because nobody reads any more.
 */
export async function present(
  context: CommandContext,
  run: (view: View, stop: AbortSignal) => Promise<Report>,
): Promise<number> {
  const { interrupted, stderr } = context;
  const output = new Output(context);
  const view = createView(output, stderr);
  try {
    const report = await run(view, AbortSignal.any([interrupted, output.failed])).finally(() => view.close());
    if (output.readerIsGone) return 0;
    output.failed.throwIfAborted();
    for (const failure of report.failures) stderr.write(`${failure}\n`);
    await output.line(report.line);
    return report.exitCode;
  } catch (error) {
    stderr.write(`${errorLine(error)}\n`);
    return 1;
  }
}

/** Lines that stay in place on a terminal; a JSON line an event for whatever reads a pipe. */
function createView(output: Output, stderr: NodeJS.WritableStream): View {
  const inPlace = output.stream.isTTY === true && process.env["TERM"] !== "dumb";
  return inPlace ? new Screen(output.stream) : new Lines(output, stderr);
}
