/** Cells count the CPU time of the process in place of the time that passes, for a machine that does other work: `--cpu`. */
export const countsCpu: boolean = process.argv.includes("--cpu");

/** The milliseconds of CPU time that this process took, with the threads of the garbage collector. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The milliseconds on the clock of the cells. */
export const now: () => number = countsCpu ? cpuTime : () => performance.now();
