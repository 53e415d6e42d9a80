// The main job on real data: prepares a random search on the digits, launches it with a worker for
// each core, and compares the two models. Everything lands in storage/.
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const SCHEDULE = "schedules/digitsRandom/random_schedule_digitsRandom.ts";
const workers = Math.min(8, Math.max(2, availableParallelism()));

const names = al("alprep", "--schedule_file", SCHEDULE, "--desc", "demo", "--quiet").split("\n");
const storages = names.filter((name) => name !== "").flatMap((name) => ["-s", name]);
al("allaunch", ...storages, "--n_processes", String(workers), "--use_pbar");
al("alstatus", ...storages);
al("albench", ...storages, "--benchmark_type", "compare_searches");

/** Runs one command, shows what it prints, and returns it. */
function al(command, ...args) {
  console.log(`\n$ ${command} ${args.join(" ")}`);
  const { status, stdout, error } = spawnSync(
    process.execPath,
    [`dist/bin/${command}.js`, ...args],
    { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" },
  );
  if (error) throw error;
  process.stdout.write(stdout);
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}
