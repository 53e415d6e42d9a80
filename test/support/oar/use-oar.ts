import { useCluster } from "../cluster-search.ts";
import { ourCommand, startProgram } from "../commands.ts";
import { until } from "../small-project.ts";
import { withTempDirectory } from "../temp-directory.ts";
import { type Oar, type OarSettings, startOar, whyNoOar } from "./oar.ts";

/** One OAR for all tests of a suite. */
export const useOar = (settings: OarSettings) =>
  useCluster<Oar>({
    name: "OAR",
    whyNot: whyNoOar,
    start: () => startOar(settings),
    stop: (oar) => oar.stop(),
    endJobs,
    // OAR takes no files of hostile names.
    withFolder: (body) => withTempDirectory(body, "/tmp/hatchery-oar-search-"),
    handOver: (oar, folder) => {
      oar.handOver(folder);
    },
    run: (oar, name, args, folder) =>
      startProgram(oar.command(folder, ...ourCommand(name), ...args), folder).ended,
  });

/** Ends all jobs, and waits until they are over. */
export async function endJobs(oar: Oar): Promise<void> {
  const open = Object.entries(statesOf(oar)).flatMap(([id, state]) => (isOver(state) ? [] : [id]));
  if (open.length > 0) oar.run("oardel", ...open);
  await untilOar(() => Object.values(statesOf(oar)).every(isOver));
}

/** Waits for a condition that OAR is asked about, which costs it a tenth of a second. */
export const untilOar = (condition: () => boolean) => until(condition, 60_000, 400);

export const isOver = (state: string) => state === "Terminated" || state === "Error";

/** The states of all jobs by their ids, in OAR's words. */
export function statesOf(oar: Oar): Readonly<Record<string, string>> {
  const printed = oar.run("oarstat", "-J", "--sql", "TRUE");
  if (printed.trim() === "") return {};
  const jobs = JSON.parse(printed) as Readonly<Record<string, { readonly state: string }>>;
  return Object.fromEntries(Object.entries(jobs).map(([id, { state }]) => [id, state]));
}
