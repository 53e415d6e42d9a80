import { type ChildProcess, fork } from "node:child_process";

import { UserError, type UserErrorCode } from "../errors.ts";
import type { ImageFormat, RenderOptions } from "../core/figures/image-format.ts";
import type { Images } from "../host.ts";
import { packageFile } from "./package-files.ts";

/** To the process. */
export type DrawingOrder = {
  readonly id: number;
  readonly specification: object;
  readonly format: ImageFormat;
  readonly options: RenderOptions | undefined;
};

/** From the process. */
export type DrawingResult =
  | { readonly id: number; readonly kind: "drawn"; readonly bytes: Uint8Array }
  | {
      readonly id: number;
      readonly kind: "refused";
      readonly code: UserErrorCode;
      readonly message: string;
      readonly hint: string;
    }
  | { readonly id: number; readonly kind: "failed"; readonly stack: string };

/** A bundled command starts the bundled one, which has vega in it and so starts in half of the time. */
const DRAWER = import.meta.url.includes("/dist/bin/")
  ? "dist/bin/drawer.js"
  : "dist/src/entries/drawer.js";

type Waiting = {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: Error) => void;
};

/**
 * Draws in a process of its own, started with the first figure: to load vega and to draw takes up to a
 * second, in which whoever asked goes on (alprep writes its folders meanwhile). Not a thread:
 * node-canvas ends the whole process by a segmentation fault when its thread ends.
 */
export function drawingProcess(): Images {
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | undefined;
  let ids = 0;
  const lose = (why: string) => {
    child = undefined;
    for (const { reject } of waiting.values()) reject(new Error(`No figure was drawn: ${why}`));
    waiting.clear();
  };
  const start = () => {
    const started = fork(packageFile(DRAWER), [], {
      // Bytes stay bytes.
      serialization: "advanced",
      // Those of this process are meant for its own script: `--input-type` would be refused.
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    started.on("message", (result) => {
      // From our own entry, which sends nothing else.
      const message = result as DrawingResult;
      const one = waiting.get(message.id);
      waiting.delete(message.id);
      if (one !== undefined) settle(message, one);
      // Without figures to wait for, we may end, and the process with us.
      if (waiting.size === 0) keepAlive(started, false);
    });
    started.on("error", ({ message }) => {
      lose(message);
    });
    started.on("exit", (code, signal) => {
      lose(`its process ended with ${signal ?? `code ${String(code)}`}.`);
    });
    return started;
  };
  return {
    render: (specification, format, options) =>
      new Promise((resolve, reject) => {
        child ??= start();
        ids += 1;
        waiting.set(ids, { resolve, reject });
        keepAlive(child, true);
        child.send({ id: ids, specification, format, options } satisfies DrawingOrder);
      }),
  };
}

/** Whether this process waits for `child` before it ends. */
function keepAlive(child: ChildProcess, isWanted: boolean): void {
  if (isWanted) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}

function settle(result: DrawingResult, { resolve, reject }: Waiting): void {
  if (result.kind === "drawn") resolve(result.bytes);
  else if (result.kind === "failed") reject(new Error(result.stack));
  else reject(new UserError(result.code, result.message, result.hint));
}
