import { type ChildProcess, spawn } from "node:child_process";
import { accessSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Readable, Writable } from "node:stream";

import { signalIfAlive } from "./processes.ts";

export const BROWSERS = ["chromium-headless-shell", "chromium", "google-chrome"];
/** No name is resolved, and what asks for an address is sent where nobody listens. */
const NO_NETWORK = ["--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9"];

/** The first browser of this machine; undefined if it has none. */
export function findBrowser(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return BROWSERS.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => {
    try {
      accessSync(path);
      return true;
    } catch {
      return false;
    }
  });
}

/** Flags of a browser without a window and without a network. @param profile - a folder of its own */
export const browserFlags = (profile: string): readonly string[] => [
  ...["--headless", "--no-sandbox", "--disable-gpu", ...NO_NETWORK],
  `--user-data-dir=${profile}`,
];

/** A page in a browser, on which a person's hand can be played. */
export type Page = {
  /** What an expression gives in the page, as JSON. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  readonly mouse: (
    type: "mousePressed" | "mouseReleased" | "mouseMoved" | "mouseWheel",
    at: { readonly x: number; readonly y: number },
    more?: object,
  ) => Promise<unknown>;
};

/** Opens a page, hands it to `use`, and ends the browser. */
export async function withPage(
  browser: string,
  { url, profile }: { readonly url: string; readonly profile: string },
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const child = spawn(browser, [...browserFlags(profile), "--remote-debugging-pipe"], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    // What is installed may be a script that starts the browser: with its group, both end.
    detached: true,
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  try {
    const send = connect(child);
    const sessionId = await open(send, url);
    await use({
      evaluate: async (expression) => {
        const params = { expression, returnByValue: true, awaitPromise: true };
        const answer = await send("Runtime.evaluate", params, sessionId);
        return (answer as { readonly result: { readonly value?: unknown } }).result.value;
      },
      mouse: (type, at, more = {}) =>
        send("Input.dispatchMouseEvent", { type, ...at, ...more }, sessionId),
    });
  } finally {
    if (child.pid !== undefined) signalIfAlive(-child.pid, "SIGKILL");
    await ended;
  }
}

type Send = (method: string, params: object, sessionId?: string) => Promise<unknown>;

/** The protocol of Chrome's developer tools over two pipes: JSON texts that end with a NUL. */
function connect({ stdio }: ChildProcess): Send {
  // Asked for above.
  const [input, output] = [stdio[3] as Writable, stdio[4] as Readable];
  const waiting = new Map<number, (answer: { result?: unknown; error?: unknown }) => void>();
  let rest = "";
  output.setEncoding("utf8");
  output.on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\0");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const message = JSON.parse(part) as { id?: number; result?: unknown; error?: unknown };
      waiting.get(message.id ?? 0)?.(message);
    }
  });
  let id = 0;
  return (method, params, sessionId) =>
    new Promise((resolve, reject) => {
      id += 1;
      waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${JSON.stringify(error)}`));
      });
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
}

/** The session of the page, once it is there and drawn. */
async function open(send: Send, url: string): Promise<string> {
  const { targetId } = (await send("Target.createTarget", { url })) as {
    readonly targetId: string;
  };
  const { sessionId } = (await send("Target.attachToTarget", { targetId, flatten: true })) as {
    readonly sessionId: string;
  };
  const expression = 'document.querySelector("svg g g") !== null';
  for (;;) {
    // What is asked while the page takes the place of an empty one has no answer.
    const answer = await send("Runtime.evaluate", { expression }, sessionId).catch(() => undefined);
    const { result } = (answer ?? {}) as { readonly result?: { readonly value?: unknown } };
    if (result?.value === true) return sessionId;
  }
}
