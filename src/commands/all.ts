import type { Command } from "./command.ts";

/** A command whose options and report do not matter. */
export type AnyCommand = Pick<Command<unknown, unknown>, "name" | "parse">;

/** Every command; loaded only when all are wanted. */
export async function loadCommands(): Promise<readonly AnyCommand[]> {
  const [
    { prepare },
    { launch },
    { clean },
    { status },
    { benchmark },
    { doctor },
    { init },
    { retrain },
    { query },
    { plot },
    { copy },
  ] = await Promise.all([
    import("./prepare.ts"),
    import("./launch.ts"),
    import("./clean.ts"),
    import("./status.ts"),
    import("./benchmark.ts"),
    import("./doctor.ts"),
    import("./init.ts"),
    import("./retrain.ts"),
    import("./query.ts"),
    import("./plot.ts"),
    import("./copy.ts"),
  ]);
  return [prepare, launch, clean, status, benchmark, doctor, init, retrain, query, plot, copy];
}
