import { type CompletedFlag, renderCompletion, type Shell } from "../core/completion.ts";
import { flagsOf } from "./settings/flags.ts";

export { SHELLS, type Shell } from "../core/completion.ts";

/** Flags that every command has, whatever else it declares. */
const COMMON: readonly CompletedFlag[] = ["help", "version", "json", "quiet"].map((name) => ({
  name,
  aliases: [],
  takesValue: false,
  choices: undefined,
}));

/** A script that has `shell` complete all commands, from what they declare. */
export async function completionScript(shell: Shell): Promise<string> {
  // Only now: it is every command.
  const { COMMANDS } = await import("./all.ts");
  const commands = await Promise.all(
    COMMANDS.map(async (command) => ({
      name: command.name,
      flags: [...(await flagsOf(command)).map(completed), ...COMMON],
    })),
  );
  return renderCompletion(shell, commands);
}

function completed({ name, aliases, type, choices }: Awaited<ReturnType<typeof flagsOf>>[number]) {
  return { name, aliases, takesValue: type !== "switch", choices: choices?.map(String) };
}
