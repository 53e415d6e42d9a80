import { crashSignature } from "../../core/crash-signature.ts";
import { describeCause } from "../../core/run-record.ts";
import { runLabel, runName, type RunPath } from "../../tree/paths.ts";
import type { AttemptEnd } from "./attempt.ts";
import type { WorkReport } from "./orders.ts";
import type { LaunchLog } from "./storage-session.ts";

/** Says what became of a run, in the launch's log and to the launcher. */
export function announce(
  run: RunPath,
  end: AttemptEnd,
  { log, report }: { readonly log: LaunchLog; readonly report: (report: WorkReport) => void },
): void {
  const name = runLabel(run);
  if (end.kind === "disk-full") {
    log("error", runName(run), `put back: ${end.message}`);
    report({
      kind: "warning",
      text: `${name}: ${end.message}. The worker stops; make room, then launch again.`,
    });
  } else if (end.kind === "lost") {
    log("warn", runName(run), `lost: ${end.why}`);
    if (end.isGone === true) {
      const text = `${name} is lost: ${end.why}. \`alprep --add_to_folder\` prepares it again.`;
      report({ kind: "warning", text });
    }
    report({ kind: "ended", run: name, end: "lost" });
  } else if (end.outcome === "crashed") {
    const text = describeCause(end.cause);
    const { key: signature, title } = crashSignature(text);
    const [how = ""] = text.split("\n");
    const reason = title === how.trim() ? how : `${how} ${title}`;
    log("error", runName(run), `crashed after ${end.seconds.toFixed(1)} s: ${reason}`);
    const { seconds } = end;
    report({ kind: "crashed", run: name, folder: run.path, reason, seconds, signature });
  } else {
    const [why = ""] = describeCause(end.cause).split("\n");
    const because = end.outcome === "completed" ? "" : `: ${why}`;
    log("info", runName(run), `${end.outcome} after ${end.seconds.toFixed(1)} s${because}`);
    report({
      kind: "ended",
      run: name,
      end: end.outcome === "completed" ? "completed" : "released",
    });
  }
}
