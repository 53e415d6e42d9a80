import { formatDuration } from "../../core/time.ts";
import { oneLine } from "../../core/printable.ts";
import type { Scheduler, SchedulerCommand } from "../../core/scheduling/scheduler.ts";
import { UserError } from "../../errors.ts";
import type { CommandResult, Host } from "../../host.ts";

/** How long a scheduler may take to answer: a busy one takes half a minute. */
const TIMEOUT_MS = 90_000;
/** Letters of a scheduler's words that a message shows. */
const MAX_WORDS = 2_000;

type CallHost = Pick<Host, "processes" | "files">;

/**
 * Runs one of a scheduler's commands.
 * @param what - what was to be done, for the message: `submit the workers`
 * @throws UserError `scheduler`, in the scheduler's own words
 */
export async function callScheduler(
  scheduler: Pick<Scheduler, "name" | "remedies">,
  call: SchedulerCommand,
  what: string,
  host: CallHost,
): Promise<string> {
  const result = await runCall(call, host);
  const [program = ""] = call.command;
  if (result.error === "ENOENT" || result.error === "EACCES") {
    throw new UserError(
      "scheduler",
      `There is no ${program} on this machine, which ${scheduler.name} needs to ${what}.`,
      "Log in to a machine from which jobs can be submitted, or leave out --scheduler to work on this one.",
    );
  }
  if (result.timedOut) {
    throw new UserError(
      "scheduler",
      `${program} gave no answer in ${formatDuration(TIMEOUT_MS / 1000)}, so nobody knows whether it could ${what}.${quoted(result)}`,
      `${remedyFor(scheduler, result) ?? ""} Look at your queue before you try again.`.trim(),
    );
  }
  if (isAnswer(result, call)) return result.stdout;
  const how = result.signal ?? result.error ?? `exit code ${String(result.code)}`;
  throw new UserError(
    "scheduler",
    `${scheduler.name} refused to ${what} (${program}: ${how}).${quoted(result)}`,
    remedyFor(scheduler, result) ?? "No run was lost; correct the request and launch again.",
  );
}

/** The same without a word to the person. @returns undefined for every failure */
export async function tryCall(
  call: SchedulerCommand,
  host: CallHost,
  timeoutMs?: number,
): Promise<string | undefined> {
  const result = await runCall(call, host, timeoutMs);
  return isAnswer(result, call) ? result.stdout : undefined;
}

const isAnswer = ({ code }: CommandResult, { codes = [] }: SchedulerCommand) =>
  code === 0 || (code !== null && codes.includes(code));

/** Submits a script. @returns the id @throws UserError `scheduler` */
export async function submitScript(
  scheduler: Scheduler,
  script: string,
  host: CallHost,
): Promise<string> {
  const call = scheduler.submit(script);
  const printed = await callScheduler(scheduler, call, "submit the job", host);
  const [id] = parsed(scheduler, printed, script) ?? [];
  if (id !== undefined) return id;
  throw new UserError(
    "scheduler",
    `${call.command[0] ?? ""} took ${script}, but printed no id of a job: ${JSON.stringify(printed.slice(0, 500))}.`,
    LOOK,
  );
}

const LOOK = "Look at your queue: the job may have been submitted.";

/** @throws UserError for a module that fails to read what was printed */
function parsed(scheduler: Scheduler, printed: string, script: string) {
  try {
    return scheduler.parseSubmission(printed);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const message = `${error.message}\n${script} was submitted before that.`;
    throw new UserError(error.code, message, `${error.hint} ${LOOK}`, { cause: error });
  }
}

async function runCall(
  { command, inputFile, otherwise }: SchedulerCommand,
  { processes, files }: CallHost,
  timeoutMs = TIMEOUT_MS,
): Promise<CommandResult> {
  const input = inputFile === undefined ? "" : (files.read(inputFile) ?? "");
  const run = (words: readonly string[]) => processes.run(words, { input, timeoutMs });
  const result = await run(command);
  return otherwise?.complaint.test(result.stderr) ? run(otherwise.command) : result;
}

/** The scheduler's own words, indented, each line once; its complaint before anything else. */
function quoted({ stdout, stderr }: CommandResult): string {
  const lines = `${stderr}\n${stdout}`.split("\n").filter((line) => line.trim() !== "");
  const words = [...new Set(lines)].map((line) => `\n  ${oneLine(line, MAX_WORDS)}`).join("");
  return words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)}…` : words;
}

/** By its complaint, if that says something; what it printed besides may be about anything. */
function remedyFor(
  { remedies = [] }: Pick<Scheduler, "remedies">,
  { stderr, stdout }: CommandResult,
): string | undefined {
  const [remedy] = [stderr, stdout].flatMap(
    (words) => remedies.find(([pattern]) => pattern.test(words))?.[1] ?? [],
  );
  return remedy;
}
