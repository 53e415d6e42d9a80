import type { Machine, ProcessEnd } from "../../host.ts";

/** Says by what one knows that a program ended for want of memory; undefined if nothing says so. */
export type MemoryShortage = (end: ProcessEnd, output: string) => string | undefined;

/** What a shell says for SIGKILL. */
const EXIT_OF_SIGKILL = 137;
/** A program's own words stand near its end; earlier it may have caught them. */
const LAST_LINES = 5;
/** V8, whose dying words are followed by a long trace; Node, Python, NumPy, PyTorch, Julia. */
const OF_V8 = /^.*JavaScript heap out of memory.*$/m;
const OF_A_PROGRAM =
  /^.*(?:\b\w*(?:MemoryError|OutOfMemoryError)\b|Array buffer allocation failed|std::bad_alloc).*$/m;

/** Starts to watch a run: the kernel's count of those that it ends for want of memory may grow. */
export function watchMemory({ memoryKills }: Pick<Machine, "memoryKills">): MemoryShortage {
  const before = memoryKills();
  return (end, output) => {
    if (end.code === 0) return undefined;
    const words = ownWords(output);
    if (words !== undefined) return words;
    if (end.signal !== "SIGKILL" && end.code !== EXIT_OF_SIGKILL) return undefined;
    const after = memoryKills();
    if (before === undefined || after === undefined || after.count <= before.count)
      return undefined;
    return `the kernel ended it, oom_kill in ${after.counter} went from ${before.count} to ${after.count}`;
  };
}

/** What the end of a program's output says about memory. */
export function ownWords(output: string): string | undefined {
  const lines = output.trimEnd().split("\n").slice(-LAST_LINES).join("\n");
  const [words] = OF_V8.exec(output) ?? OF_A_PROGRAM.exec(lines) ?? [];
  return words === undefined ? undefined : `it said ${JSON.stringify(words.trim())}`;
}
