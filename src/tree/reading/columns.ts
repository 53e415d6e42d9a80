import type { Path } from "../../core/expression/syntax.ts";
import { type FieldLookup, type FieldTable, lookUp } from "../../core/query/field-table.ts";
import { parseColumn } from "../../core/query/parse-query.ts";
import type { Operand } from "../../core/query/query.ts";
import { pointing } from "../../core/query/query-error.ts";
import type { Cell } from "../../core/query/table.ts";
import { checkFields, isMetricPath } from "../../core/query/unknown-fields.ts";
import { ARTIFACTS_FOLDER, type RunRecordings } from "./run-recordings.ts";

/** What a column shows of a run. */
export type ColumnReader = (row: number, recordings: () => RunRecordings) => Cell;

/**
 * A column by its name: a field (`config.lr`), a metric as a list of all its numbers (`train.loss`), one
 * number of it (`last(train.loss)`), or the path of an artifact (`artifacts.Checkpoint.last`).
 * @throws UserError `usage` for a name that is none, or a field that no run has
 */
export function columnReader(name: string, fields: FieldTable): ColumnReader {
  return pointing("column", name, (): ColumnReader => {
    const operand = parseColumn(name);
    if (operand.kind === "summary") return (_row, recordings) => recordings().summary(operand);
    const { path } = operand;
    const [root = "", key = "", file] = path.map(String);
    if (root === ARTIFACTS_FOLDER && path.length === 3) {
      return (_row, recordings) => recordings().artifact(key, file ?? "");
    }
    if (isMetricPath(path)) return (_row, recordings) => recordings().values(root, key);
    checkFields([operand], fields);
    return lookUp(fields, path);
  });
}

/** Looks fields up for a query: each path is resolved once. */
export function fieldLookups(operands: readonly Operand[], fields: FieldTable) {
  const lookups = new Map<Path, FieldLookup>();
  for (const operand of operands) {
    if (operand.kind === "field") lookups.set(operand.path, lookUp(fields, operand.path));
  }
  return (path: Path): FieldLookup => {
    const known = lookups.get(path);
    if (known !== undefined) return known;
    const lookup = lookUp(fields, path);
    lookups.set(path, lookup);
    return lookup;
  };
}
