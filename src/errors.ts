/** Why a command stopped: decides its exit code (see `EXIT_CODES` in cli.ts). */
export type UserErrorCode =
  /** Wrong flags or arguments. */
  | "usage"
  /** A schedule that cannot be prepared. */
  | "schedule-invalid"
  /** A configuration, list, project or search file that does not say what it should. */
  | "config-invalid"
  /** A storage, file, program or metric that is not there. */
  | "not-found"
  /** Something in a file's place that is no file, or holds more than any of its kind may. */
  | "unreadable"
  /** A policy says no: code version differs, conflict, not confirmed. */
  | "refused"
  /** The place cannot be written or read: permissions, no space. */
  | "disk"
  /** Something that this machine lacks, such as node-canvas. */
  | "unavailable"
  /** The batch scheduler refused, gave no answer, or is not there. */
  | "scheduler";

/**
 * A failure the user can act on: printed as `message` and `hint`, without a stack.
 * Anything else that escapes a command is a bug, and is printed with its stack.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly code: UserErrorCode;
  /** What to do next, as a command if there is one. */
  readonly hint: string;

  /** True for a copy of this class too: a bundled command loads schedules, and they load the package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "UserError" && "hint" in value;
  }

  constructor(code: UserErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/** The system's error code (`"ENOENT"`), or undefined if `error` is no system error. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

/** The system's words for a place that cannot be written, or holds no more. */
const DISK_ERRORS = [
  "EACCES",
  "EDQUOT",
  "EIO",
  "EISDIR",
  "ELOOP",
  "EMFILE",
  "ENAMETOOLONG",
  "ENFILE",
  "ENOSPC",
  "ENOTDIR",
  "ENXIO",
  "EPERM",
  "EROFS",
  "ESTALE",
];

/** A disk's refusal as a failure that the user can act on; any other error as it is. */
export function asUserError(error: unknown): unknown {
  const code = errnoOf(error);
  if (code === undefined || !DISK_ERRORS.includes(code) || !(error instanceof Error)) return error;
  const hint = "Make room or mend the permissions there, or name another place with --root_dir.";
  return new UserError("disk", `The disk refused: ${error.message}.`, hint, { cause: error });
}
