// What users say about single guests: rules that match by tags, names and uuids, the first match counting.

export type StopAction = 'Suspend' | 'Shutdown' | 'Block';
export type RuleAction = 'Migrate' | StopAction;

export interface GuestRule {
  readonly tags: readonly string[];
  /** Glob patterns on names: `*` stands for any run of characters. */
  readonly names: readonly string[];
  readonly uuids: readonly string[];
  readonly action: RuleAction | undefined;
  readonly return: 'Home' | 'Stay' | undefined;
}

/** The first rule that matches the guest: every list that it has must have an entry for it. */
export function ruleFor(
  guest: { readonly uuid: string; readonly name: string; readonly tags?: readonly string[] },
  rules: readonly GuestRule[],
): GuestRule | undefined {
  return rules.find(({ uuids, tags, names }) => {
    if (uuids.length + tags.length + names.length === 0) return false;
    if (uuids.length > 0 && !uuids.includes(guest.uuid)) return false;
    if (tags.length > 0 && !tags.some((tag) => guest.tags?.includes(tag) === true)) return false;
    return names.length === 0 || names.some((pattern) => matches(pattern, guest.name));
  });
}

/** `*` stands for any run of characters; everything else for itself. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern === name;
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of rest) {
    const at = name.indexOf(part, from);
    if (at < 0 || at + part.length > name.length - last.length) return false;
    from = at + part.length;
  }
  return true;
}
