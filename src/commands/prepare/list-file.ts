import { dirname, join } from "node:path";

import type { PrepareRequest } from "./request.ts";

/** `list_searches_<name>.txt` beside the schedule. */
export function listPath({
  scheduleFile,
  scheduleName,
}: Pick<PrepareRequest, "scheduleFile" | "scheduleName">): string {
  return join(dirname(scheduleFile), `list_searches_${scheduleName}.txt`);
}
