import type { FileStamp, StampedText } from "./core/file-stamp.ts";
import type { Space } from "./core/file-system-kinds.ts";
import type { LineFile, OpenFile } from "./core/open-file.ts";
import type { RepositoryState } from "./core/search/search-facts.ts";
import type { Processes } from "./host-processes.ts";
import type { ImageFormat, RenderOptions } from "./core/figures/image-format.ts";

export type {
  CommandResult,
  ProcessEnd,
  Processes,
  RunOptions,
  SupervisedCommand,
  SupervisedEnd,
  SupervisedProcess,
  Supervisor,
  SupervisorSettings,
  WorkerProcess,
} from "./host-processes.ts";

/** The outside world, as the rest of the code sees it. Built once, by a composition root; faked in tests. */
export type Host = {
  readonly files: Files;
  readonly locks: Locks;
  readonly clock: Clock;
  /** Hexadecimal digits nobody can guess or repeat, two for each byte. */
  readonly token: (bytes: number) => string;
  readonly machine: Machine;
  readonly processes: Processes;
  readonly modules: Modules;
  readonly images: Images;
  readonly repositories: Repositories;
  readonly terminal: Terminal;
  readonly output: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The working folder, absolute. */
  readonly workingFolder: string;
  /** A file of this package, absolute. @param path - relative to its root */
  readonly packageFile: (path: string) => string;
  /** The Node.js that runs us, absolute. */
  readonly nodeFile: string;
};

/**
 * Single file operations, synchronous: measured 6 to 40 times cheaper than awaited ones. Paths are
 * absolute. What is not there is `undefined` or `false` where the type says so; every other failure
 * throws the system's error, with its `code`.
 */
export type Files = {
  /** Names in a folder, in no order; undefined if there is no such folder. */
  readonly list: (folder: string) => readonly string[] | undefined;
  /**
   * The whole text (UTF-8), undefined if there is no such file.
   * @throws UserError `unreadable` if it is no regular file, or has more bytes than the limit
   */
  readonly read: (path: string, limit?: ReadLimit) => string | undefined;
  /** Whether `path` itself is a symbolic link, wherever it leads; false if nothing is there. */
  readonly isLink: (path: string) => boolean;
  /**
   * The bytes of a file in pieces, in order; nothing if there is no such file.
   * @throws UserError `unreadable` if it is no regular file
   */
  readonly readChunks: (path: string) => Iterable<Uint8Array>;
  /** {@link Files.read} with the stamp that the file had just before; cheaper than both. */
  readonly readStamped: (path: string) => StampedText | undefined;
  /** The last `bytes` of a file as text; empty if there is no such file. */
  readonly readEnd: (path: string, bytes: number) => string;
  /** At most `bytes` of a file from `offset` on; none if there is no such file, or it ends there. */
  readonly readAt: (path: string, offset: number, bytes: number) => Uint8Array;
  /** Creates or overwrites a file that nobody else reads yet; `flush` waits for the disk. */
  readonly write: (path: string, text: string, options?: { readonly flush?: boolean }) => void;
  /** Replaces a file: readers see the old content or the new one, never part of either. */
  readonly replace: (path: string, content: string | Uint8Array) => void;
  /** Adds to the end of a file, creating it, by one write. */
  readonly append: (path: string, text: string) => void;
  /** Opens a file for adding to its end, creating it; never through a symbolic link (ELOOP). Each write is one system call. */
  readonly openAppend: (path: string) => OpenFile;
  /** The same for lines that come fast: another thread writes them, so that a kill loses a tenth of a second at most. */
  readonly openLines: (path: string) => LineFile;
  /** Gives a file the file server's present time by writing one byte; never creates it (ENOENT), never through a symbolic link (ELOOP). */
  readonly touch: (path: string) => void;
  /** Empties a flag to its one byte, then writes `text` behind it; never creates the file, never through a symbolic link. */
  readonly fill: (path: string, text: string) => void;
  /** Modification time in ms since the epoch by the file server's clock, freshly asked for; ENOENT. */
  readonly modifiedMs: (path: string) => number;
  /** The same of a file or folder as cheaply as it can be had: a network file system may be seconds late. Undefined if there is none. */
  readonly glanceModifiedMs: (path: string) => number | undefined;
  /** Bytes; undefined if there is no such file. */
  readonly size: (path: string) => number | undefined;
  /** What changes when a file's content, or a folder's list of names, does; undefined if it is not there. A network file system may answer from what it knew seconds ago. */
  readonly stamp: (path: string) => FileStamp | undefined;
  /** Atomic; replaces a file, or an empty folder, that has the new name. */
  readonly rename: (from: string, to: string) => void;
  /** Creates one folder. False if something of that name exists. */
  readonly makeFolder: (path: string) => boolean;
  /** Creates a folder and those above it, as far as they are missing. */
  readonly makeFolders: (path: string) => void;
  /** Copies a file with its permissions; where the disk can, both share its blocks. */
  readonly copy: (from: string, to: string) => void;
  /** Makes a symbolic link at `path`. */
  readonly link: (target: string, path: string) => void;
  /** Removes a file or a whole folder; nothing happens if it is not there. */
  readonly remove: (path: string) => void;
  /** Lets everybody who may read a file execute it. */
  readonly makeExecutable: (path: string) => void;
  /** Whether this user may write a file, or make files in a folder; false also if there is none. */
  readonly isWritable: (path: string) => boolean;
  /** The system's number of the user who owns a file or folder; undefined if there is none. */
  readonly ownerId: (path: string) => number | undefined;
  /** Room on the file system that holds a folder; undefined where the system cannot tell. */
  readonly space: (folder: string) => Space | undefined;
};

/** For appending to list files only: its holder can lose it to another one, so no claim may rest on it. */
export type Locks = {
  /** Runs a short action while nobody else who locks the same path does. */
  readonly withLock: <Result>(path: string, action: () => Result) => Promise<Result>;
};

export type ReadLimit = {
  /** {@link MAX_FILE_BYTES} if left out. */
  readonly bytes?: number;
  /** Whether a pipe will do as well: a person may type `<(…)` for a list. */
  readonly orPipe?: boolean;
};

/** More than any configuration, record or list has: 16 MiB. */
export const MAX_FILE_BYTES = 1 << 24;

export type Clock = {
  /** This machine's wall clock, ms since the epoch: for people and records, never for leases. */
  readonly now: () => number;
  /** Milliseconds that only grow, also while the machine is suspended. */
  readonly monotonicMs: () => number;
  /** Resolves after `ms`, or at once when `signal` aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
};

/** What this process runs on; equal machine, boot and pid namespace mean comparable pids. */
export type Machine = {
  readonly hostName: string;
  readonly machineId: string;
  readonly bootId: string;
  readonly pidNamespace: string;
  /** The system's number of the user; -1 where there is none. */
  readonly userId: number;
  readonly pid: number;
  /** Start of a process in the system's own unit, undefined if it is gone (a zombie is gone). */
  readonly processStart: (pid: number) => string | undefined;
  /** Whether any living process carries `worker` (24 hexadecimal digits) in its environment; undefined if this system cannot tell. */
  readonly hasProcessOf: (worker: string) => boolean | undefined;
  /** How many processes were ended for want of memory so far, where we run, by the file that counts them; undefined if this system cannot tell. */
  readonly memoryKills: () => MemoryKills | undefined;
};

export type MemoryKills = { readonly counter: string; readonly count: number };

export type Modules = {
  /** The exports of a TypeScript or JavaScript module, or the parsed value of JSON and YAML (as `default`). `hatchery` can be imported by it. */
  readonly load: (path: string) => Promise<Readonly<Record<string, unknown>>>;
};

export type Images = {
  /**
   * Renders a Vega-Lite specification; the same bytes for the same one.
   * @throws UserError `unavailable` if PNG or PDF is asked for without node-canvas
   */
  readonly render: (
    specification: object,
    format: ImageFormat,
    options?: RenderOptions,
  ) => Promise<Uint8Array>;
};

export type Repositories = {
  /** The state of the repository that holds `path` (absolute), without untracked files; `label` becomes its `path`. */
  readonly state: (path: string, label: string) => RepositoryState;
  /** The top of the repository that holds `path`, and its files (its submodules' too) relative to that, but for those that git ignores; undefined if there is none. */
  readonly files: (
    path: string,
  ) => { readonly root: string; readonly files: readonly string[] } | undefined;
  /** The git user's name, or the system user's. */
  readonly userName: () => string;
};

/** Standard output, for commands that print while they run; reports are printed by the composition root. */
export type Output = {
  readonly write: (some: string | Uint8Array) => void;
  /** Whether what was printed may be painted over, and text may have colours: a terminal, and nobody said no. */
  readonly isScreen: boolean;
  /** Of the terminal, also while it changes; undefined where the output is none. */
  readonly size: () => { readonly columns: number; readonly rows: number } | undefined;
};

/** The person's side: standard error and input. Standard output is the report's, printed by the composition root. */
export type Terminal = {
  /** A line for the person; not data. */
  readonly note: (line: string) => void;
  /** Asks a yes-or-no question; undefined without a terminal. */
  readonly confirm: (question: string) => Promise<boolean | undefined>;
  /** A progress bar, or a plain line every 30 s where the output is no terminal. */
  readonly progress: (label: string, total: number) => Progress;
};

export type Progress = {
  readonly update: (done: number, remark?: string) => void;
  readonly stop: () => void;
};
