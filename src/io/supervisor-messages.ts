import type { StopSignal } from "../core/stop-signal.ts";
import type { SupervisedEnd } from "../host.ts";

/** What a worker tells its supervisor. */
export type SupervisorOrder =
  | {
      readonly kind: "start";
      readonly id: number;
      readonly command: readonly string[];
      /** Whether the program gets the line to the worker as its descriptor 3. */
      readonly linked: boolean;
      readonly folder: string;
      readonly environment: Readonly<Record<string, string>>;
      readonly log: string | null;
    }
  | { readonly kind: "kill"; readonly id: number; readonly signal: StopSignal | "SIGKILL" }
  | { readonly kind: "beat" };

/** What it answers. */
export type SupervisorReport =
  | { readonly kind: "started"; readonly id: number; readonly pid: number }
  | { readonly kind: "ended"; readonly id: number; readonly end: SupervisedEnd };

/** A message on the line between a worker and its runner; `id` tells a runner from the one before it. */
export type LinkMessage = { readonly id: number; readonly message: unknown };
