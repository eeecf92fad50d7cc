/**
 * Measures the CPU time of the process in place of the time that passes, for a machine that does other work meanwhile:
 * `--cpu`. It counts the threads of the garbage collector, too.
 */
export const countsCpu: boolean = process.argv.includes("--cpu");

/** The milliseconds on the clock of this run. */
export const now: () => number = countsCpu
  ? () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    }
  : () => performance.now();
