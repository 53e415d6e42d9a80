import { hostname } from "node:os";

import { errnoOf } from "../../../src/errors.ts";
import { startCommand, type RunningCommand } from "../../support/commands.ts";
import { signalIfAlive } from "../../support/processes.ts";
import { createChance, type Chance } from "./random.ts";
import type { SmallDisk } from "./small-disk.ts";
import { strike } from "./strikes.ts";

export type RageSettings = {
  /** The project. */
  readonly folder: string;
  /** Absolute. */
  readonly storages: readonly string[];
  readonly seed: number;
  readonly seconds: number;
  /** After so many it is over. */
  readonly kills: number;
  readonly launchers: number;
  /** Of each launcher. */
  readonly workers: number;
  readonly heartbeatMs: number;
  /** Between two events, about, ms: longer than a launcher takes to start. */
  readonly paceMs: number;
  /** Whether what the storage knows of its workers, and run folders, may be deleted. */
  readonly deletes: boolean;
  readonly disk: SmallDisk | undefined;
  /** How much of the search is done, from 0 to 1: kills keep step with it. */
  readonly progress: () => number;
  readonly onKill?: (kills: number) => void;
};

/** What was done, for those who judge what came of it. */
export type RageReport = {
  readonly seconds: number;
  /** How often by kind. */
  readonly events: Readonly<Record<string, number>>;
  readonly kills: number;
  /** `<host>:<pid>` of whatever was killed. */
  readonly killed: readonly string[];
  /** Workers that were killed or stopped together with their supervisors: nobody could end their programs. */
  readonly helpless: readonly string[];
  /** `<storage>/experiment<n>/seed<n>` of what was deleted. */
  readonly deleted: readonly string[];
  /** What a command said that ended as no command may. */
  readonly failures: readonly string[];
};

/** What strikes may use, and what they leave behind. */
export type Rage = {
  readonly settings: RageSettings;
  readonly chance: Chance;
  readonly killed: Set<string>;
  readonly stopped: Set<number>;
  /** Until when a process does nothing, by `performance.now()`. */
  readonly downUntil: Map<number, number>;
  readonly helpless: Set<string>;
  readonly deleted: Set<string>;
  /** Starts a command and minds how it ends; undefined where the file server does not answer. */
  readonly start: (name: string, args: readonly string[]) => RunningCommand | undefined;
  readonly kill: (pids: readonly number[]) => void;
  readonly stopFor: (pids: readonly number[], ms: number) => void;
  readonly after: (ms: number, action: () => void) => void;
  readonly timers: ReadonlySet<NodeJS.Timeout>;
};

/** 0 done, 1 crashed runs, 75 try again, 143 ended by us; 2 is for the disk only. */
const ALLOWED_CODES = [0, 1, 75, 143];
const DISK_REFUSED = /The disk refused|no space left/;

/** Keeps launchers running, and has something happen to one of them, again and again. */
export async function rage(settings: RageSettings): Promise<RageReport> {
  const startedMs = performance.now();
  const events: Record<string, number> = {};
  const failures: string[] = [];
  const commands: RunningCommand[] = [];
  const state = createRage(settings, commands, failures);
  const launchers: (RunningCommand | undefined)[] = [];
  let kills = 0;
  const isOver = () =>
    performance.now() - startedMs > 1000 * settings.seconds ||
    kills >= settings.kills ||
    settings.progress() >= 1;
  while (!isOver()) {
    await pause(pauseMs(kills, settings, state.chance));
    const place = Math.floor(settings.launchers * state.chance.next());
    const launcher = launchers[place];
    if (launcher === undefined || hasEnded(launcher)) {
      launchers[place] = state.start("allaunch", launchArgs(settings, place));
      continue;
    }
    const name = strike(state, launcher.child.pid ?? 0);
    if (name === undefined) continue;
    events[name] = (events[name] ?? 0) + 1;
    if (!name.startsWith("kill ")) continue;
    kills += 1;
    settings.onKill?.(kills);
  }
  await calmDown(state, commands);
  for (const timer of state.timers) clearTimeout(timer);
  const { killed, helpless, deleted } = state;
  return {
    seconds: (performance.now() - startedMs) / 1000,
    events,
    kills,
    killed: [...killed],
    helpless: [...helpless],
    deleted: [...deleted],
    failures,
  };
}

function createRage(settings: RageSettings, commands: RunningCommand[], failures: string[]): Rage {
  const stopped = new Set<number>();
  const killed = new Set<string>();
  const downUntil = new Map<number, number>();
  const timers = new Set<NodeJS.Timeout>();
  const after = (ms: number, action: () => void) => {
    timers.add(setTimeout(action, ms));
  };
  return {
    settings,
    chance: createChance(settings.seed),
    killed,
    stopped,
    downUntil,
    helpless: new Set(),
    deleted: new Set(),
    after,
    timers,
    start: (name, args) => {
      const command = unlessCutOff(() => startCommand(name, args, settings.folder));
      if (command === undefined) return undefined;
      commands.push(command);
      void command.ended.then(({ code, signal, stderr }) => {
        if (signal === "SIGKILL" || signal === "SIGTERM") return;
        if (ALLOWED_CODES.includes(code ?? -1) || (code === 2 && DISK_REFUSED.test(stderr))) return;
        failures.push(`${name} ended with ${signal ?? String(code)}:\n${stderr.slice(-2000)}`);
      });
      return command;
    },
    kill: (pids) => {
      for (const pid of pids) {
        killed.add(`${hostname()}:${pid}`);
        downUntil.set(pid, Number.POSITIVE_INFINITY);
        signalIfAlive(pid, "SIGKILL");
      }
    },
    stopFor: (pids, ms) => {
      for (const pid of pids) {
        stopped.add(pid);
        downUntil.set(pid, performance.now() + ms);
        signalIfAlive(pid, "SIGSTOP");
      }
      after(ms, () => {
        for (const pid of pids) signalIfAlive(pid, "SIGCONT");
      });
    },
  };
}

/** Half of them work on the storages in the other order. */
function launchArgs(settings: RageSettings, place: number): readonly string[] {
  const names = settings.storages.map((path) => path.split("/").at(-1) ?? "");
  if (place % 2 === 1) names.reverse();
  return [
    ...names.flatMap((name) => ["-s", name]),
    ...["-p", String(settings.workers)],
    ...["--heartbeat", String(settings.heartbeatMs / 1000), "--grace", "0.5"],
  ];
}

function pauseMs(kills: number, settings: RageSettings, chance: Chance): number {
  const ahead = settings.progress() - kills / settings.kills;
  const pause = chance.between(0.3, 1.7) * settings.paceMs;
  if (!Number.isFinite(settings.kills) || Math.abs(ahead) < 0.02) return pause;
  return ahead > 0 ? pause / 3 : pause * 2;
}

async function calmDown(state: Rage, commands: readonly RunningCommand[]): Promise<void> {
  for (const { child } of commands) if (child.exitCode === null) child.kill("SIGTERM");
  for (const pid of state.stopped) signalIfAlive(pid, "SIGCONT");
  await Promise.all(commands.map(({ ended }) => ended));
}

/** A process cannot be started in a folder that cannot be reached. */
function unlessCutOff<Value>(start: () => Value): Value | undefined {
  try {
    return start();
  } catch (error) {
    if (errnoOf(error) === "EIO") return undefined;
    throw error;
  }
}

const hasEnded = ({ child }: RunningCommand) =>
  child.exitCode !== null || child.signalCode !== null;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
