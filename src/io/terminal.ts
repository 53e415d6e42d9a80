import { once } from "node:events";
import { createInterface } from "node:readline/promises";

import { oneLine, printable } from "../core/printable.ts";
import type { Progress, Terminal } from "../host.ts";
import { writeError } from "./output.ts";

/** How often a plain progress line is printed where there is no terminal, ms. */
const PLAIN_LINE_MS = 30_000;

/** Notes, questions and progress on standard error. @param quiet - says nothing, asks nothing */
export function createTerminal({ quiet }: { readonly quiet: boolean }): Terminal {
  const isTerminal = process.stderr.isTTY && process.env["TERM"] !== "dumb";
  return {
    note: (line) => {
      if (!quiet) writeError(line);
    },
    confirm: async (question) => {
      if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        // Ctrl-C and Ctrl-D close the line: later versions of Node reject then, earlier ones never answer.
        const closed = once(lines, "close").then(() => "");
        const answered = lines.question(`${printable(question)} [y/N] `).catch(() => "");
        const answer = await Promise.race([answered, closed]);
        return /^y(es)?$/i.test(answer.trim());
      } finally {
        lines.close();
      }
    },
    progress: (label, total) => {
      if (quiet) return { update: () => undefined, stop: () => undefined };
      const shown = oneLine(label);
      return isTerminal ? bar(shown, total) : plainLines(shown, total);
    },
  };
}

function bar(label: string, total: number): Progress {
  const started = import("cli-progress").then(({ default: { SingleBar } }) => {
    const one = new SingleBar({
      format: `${label} {bar} {value}/{total} | {remark} | {eta_formatted} left`,
      stream: process.stderr,
      hideCursor: true,
    });
    one.start(total, 0, { remark: "" });
    return one;
  });
  return {
    update: (done, remark = "") => {
      void started.then((one) => {
        one.update(done, { remark: oneLine(remark) });
      });
    },
    stop: () => {
      void started.then((one) => {
        one.stop();
      });
    },
  };
}

function plainLines(label: string, total: number): Progress {
  let last = { done: 0, remark: "" };
  const timer = setInterval(() => {
    writeError(oneLine(`${label} ${last.done}/${total} ${last.remark}`));
  }, PLAIN_LINE_MS);
  timer.unref();
  return {
    update: (done, remark = "") => {
      last = { done, remark };
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
