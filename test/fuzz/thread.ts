import { parentPort, workerData } from "node:worker_threads";

import { fuzz } from "./session.ts";
import { TARGETS } from "./targets/index.ts";
import { openWindow, type ThreadOrder } from "./window.ts";

/** Runs one session; what it reads is seen through a window by the thread that watches it. */
// Written by the watching thread.
const { target: name, shared, ...options } = workerData as ThreadOrder;
const target = TARGETS.find((one) => one.name === name);
if (target === undefined) throw new Error(`there is no target ${name}`);
const window = openWindow(shared);
parentPort?.postMessage(fuzz(target, { ...options, onInput: window.show }));
