/** Scripts that make a shell complete our commands, flags, and values. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

export type CompletedCommand = {
  readonly name: string;
  readonly flags: readonly CompletedFlag[];
};

export type CompletedFlag = {
  readonly name: string;
  /** Other spellings; of one letter: with one dash. */
  readonly aliases: readonly string[];
  readonly takesValue: boolean;
  /** The only values; undefined: any. */
  readonly choices: readonly string[] | undefined;
};

/** Flags whose values are names of storages, which `alstatus` lists. */
const STORAGE_FLAGS = ["storage_name"];
const STORAGES = "$(alstatus --quiet 2>/dev/null)";

/** @param commands - names and flags hold letters, digits, `_` and `-` only, choices no quotes or spaces */
export function renderCompletion(shell: Shell, commands: readonly CompletedCommand[]): string {
  switch (shell) {
    case "bash":
      return bash(commands);
    case "zsh":
      return [
        "autoload -Uz compinit bashcompinit",
        "(( $+functions[compdef] )) || compinit",
        "bashcompinit",
        bash(commands),
      ].join("\n");
    case "fish":
      return fish(commands);
  }
}

/** One function for all; it is given the command, the word, and the word before that. */
function bash(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  return `_hatchery() {
  local word="$2" words=""
  case "\${1##*/} $3" in
${commands.flatMap(valueCases).join("\n")}
  *)
    # Files, where no flag is begun.
    case "$word" in -*) ;; *) return ;; esac
    case "\${1##*/}" in
${commands.map(flagsCase).join("\n")}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _hatchery ${names}`;
}

function valueCases({ name, flags }: CompletedCommand): readonly string[] {
  return flags.flatMap((flag) => {
    const values = STORAGE_FLAGS.includes(flag.name) ? STORAGES : flag.choices?.join(" ");
    if (values === undefined) return [];
    const spelled = spellings(flag).map((spelling) => `"${name} ${spelling}"`);
    return [`  ${spelled.join("|")}) words="${values}" ;;`];
  });
}

function flagsCase({ name, flags }: CompletedCommand): string {
  const words = flags.map((flag) => `--${flag.name}`).join(" ");
  return `    ${name}) words="${words}" ;;`;
}

function fish(commands: readonly CompletedCommand[]): string {
  return commands
    .flatMap(({ name, flags }) =>
      flags.map((flag) => {
        const short = flag.aliases.filter((alias) => alias.length === 1).map((one) => ` -s ${one}`);
        const known = STORAGE_FLAGS.includes(flag.name)
          ? "(alstatus --quiet 2>/dev/null)"
          : flag.choices?.join(" ");
        const value = known === undefined ? (flag.takesValue ? " -r" : "") : ` -x -a '${known}'`;
        return `complete -c ${name} -l ${flag.name}${short.join("")}${value}`;
      }),
    )
    .join("\n");
}

const spellings = ({ name, aliases }: CompletedFlag): readonly string[] => [
  `--${name}`,
  ...(name.includes("_") ? [`--${name.replaceAll("_", "-")}`] : []),
  ...aliases.map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`)),
];
