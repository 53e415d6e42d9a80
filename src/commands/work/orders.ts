import type { RetryRules } from "../../core/failure.ts";
import type { LogLevel } from "../../core/log-line.ts";
import type { RepositoryState } from "../../core/search/search-facts.ts";
import type { StopSignal } from "../../core/stop-signal.ts";
import type { UserErrorCode } from "../../errors.ts";

export type StorageToWorkOn = {
  /** Absolute. */
  readonly path: string;
  /** The code that its runs will use. */
  readonly repositories: readonly RepositoryState[];
  /** The project's folder in a snapshot of its code, absolute; the project itself if left out. */
  readonly code?: string;
  /** The numbers of the experiments to work on; all if left out. */
  readonly only?: readonly number[];
  /** The runs to work on, as `experiment3/seed2`; all if left out. */
  readonly runs?: readonly string[];
  /**
   * Texts of files, by their names in the run's folder: whoever has claimed one of the runs writes them
   * before it is executed.
   */
  readonly renewed?: Readonly<Record<string, string>>;
};

/** What a worker is started with. */
export type WorkSettings = {
  /** In the order in which they are worked on. */
  readonly storages: readonly StorageToWorkOn[];
  /** Names the launch's log file. */
  readonly launch: string;
  /** The lowest level that is written, in the launch's log and in those of the runs. */
  readonly logLevel: LogLevel;
  /** How many runs at most; null for all. */
  readonly maxRuns: number | null;
  readonly heartbeatMs: number;
  /** How a program is asked to stop: by this signal, after `leadMs` by SIGTERM, after `graceMs` by SIGKILL. */
  readonly stopSignal: StopSignal;
  readonly leadMs: number;
  readonly graceMs: number;
  /** How long a run may take, ms; null for ever. */
  readonly timeoutMs: number | null;
  readonly retry: RetryRules;
  /** When programs will be asked to stop, ms since the epoch, as a scheduler says it; null if never. */
  readonly endsAtMs: number | null;
  /** Whether to wait for the runs of others, which may come back. */
  readonly stay: boolean;
  /** Whether settled searches are summarised. */
  readonly finishSearches: boolean;
};

/** What a worker tells its launcher. */
export type WorkReport =
  | { readonly kind: "progress"; readonly fraction: number }
  | {
      readonly kind: "ended";
      readonly run: string;
      readonly end: "completed" | "released" | "lost" | "reset";
    }
  | {
      readonly kind: "crashed";
      readonly run: string;
      readonly folder: string;
      readonly reason: string;
      readonly seconds: number;
      /** What all crashes of its kind have in common. */
      readonly signature: string;
    }
  | { readonly kind: "warning"; readonly text: string }
  /** What is done once for a settled search, such as its summary. */
  | {
      readonly kind: "task";
      readonly task: string;
      /** Absolute paths. */
      readonly storage: string;
      readonly folder: string;
      readonly end: "completed" | "failed";
      readonly reason?: string;
    }
  /** The worker leaves, for what it could still claim would not fit into its time. */
  | { readonly kind: "no-time"; readonly objection: string }
  /** The worker cannot go on, for a reason that the user can mend. */
  | {
      readonly kind: "failed";
      readonly code: UserErrorCode;
      readonly message: string;
      readonly hint: string;
    };

/** What a launcher tells a worker: to claim nothing more, to end what runs gracefully, or at once. */
export type WorkOrder = { readonly kind: "finish" | "stop" | "kill"; readonly reason: string };
