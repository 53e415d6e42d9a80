import type { ConfigValue } from "../config.ts";
import { type Problem, show } from "../problems.ts";
import { type Change, compose, resultOf } from "./change.ts";
import { checkLayer } from "./check-layer.ts";
import { configOf, type Draft } from "./draft.ts";
import { lastStepAt } from "./steps.ts";

/** Members that train side by side, each with changes of its own: `expert_3: { … }`. */
export type MemberRule = {
  /** The key with the list of members: `experts`. */
  readonly list: string;
  /** What the keys with a member's changes begin with: `expert_`. */
  readonly prefix: string;
  /** The key under which a member's configuration has its own name: `expert`. */
  readonly as: string;
};

export type Member = { readonly member: string | number; readonly draft: Draft };

export type Members = {
  readonly members: readonly Member[];
  readonly problems: readonly Problem[];
};

/**
 * The draft of each member: the common values, with its own on top, and without those of the others.
 * Changes for members that are not in the list stay unused: a debug run has fewer members.
 */
export function memberDrafts(draft: Draft, rule: MemberRule): Members {
  const names = configOf(draft)[rule.list];
  const items: readonly ConfigValue[] = Array.isArray(names) ? names : [];
  const known = items.filter((name) => typeof name === "string" || typeof name === "number");
  if (items.length === 0 || known.length < items.length) {
    const message = `expected a list of members, got ${show(names)}.`;
    const origin = lastStepAt(draft.change, [rule.list])?.origin;
    const problem = { place: rule.list, message, ...(origin === undefined ? {} : { origin }) };
    return { members: [], problems: [...draft.problems, problem] };
  }
  const members = known.map((member) => memberDraft(member, draft, rule));
  return {
    members,
    problems: [...new Set(members.flatMap(({ draft: { problems } }) => problems))],
  };
}

/** The draft of one member: see {@link memberDrafts}. */
export function memberDraft(member: string | number, draft: Draft, rule: MemberRule): Member {
  const { change } = draft;
  if (change.kind !== "object") throw new RangeError("A configuration is an object.");
  const common = new Map([...change.parts].filter(([name]) => !name.startsWith(rule.prefix)));
  const name = { origin: { layer: "members" }, action: "set", value: member } as const;
  common.set(rule.as, { kind: "set", value: member, steps: [name] });
  const whole: Change = { ...change, parts: common };
  const key = `${rule.prefix}${member}`;
  const own = change.parts.get(key);
  if (own === undefined || own.kind === "remove")
    return { member, draft: { ...draft, change: whole } };
  const problems = ownProblems(own, key, whole);
  return {
    member,
    draft: {
      change: own.kind === "object" ? compose(whole, { ...own, isWhole: false }) : whole,
      problems: [...draft.problems, ...problems],
    },
  };
}

/** A member may set what the others have: anything else is probably misspelt. */
function ownProblems(own: Change, key: string, common: Change): readonly Problem[] {
  const origin = own.steps.at(-1)?.origin;
  const at = origin === undefined ? {} : { origin };
  if (own.kind !== "object") {
    const message = `expected an object with a member's values, got ${show(resultOf(own))}.`;
    return [{ place: key, message, ...at }];
  }
  const layer = { name: key, values: {}, mayAdd: false };
  const read = { change: own, added: new Set<string>(), places: new Map(), problems: [] };
  return checkLayer(layer, read, common).problems.map((problem) => {
    const inner = lastStepAt(own, problem.place.split("."))?.origin ?? origin;
    const place = `${key}.${problem.place}`;
    return { ...problem, place, ...(inner === undefined ? {} : { origin: inner }) };
  });
}
