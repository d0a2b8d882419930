// What is done for each host of a pass, in words: who moves where, who stops and for how long, who comes back.
import { downtimeOf } from '../../plan/downtime';
import type { HopPlan, PlanDocument } from '../../plan/document';
import type { PlannedMove, PlannedStop, Turn } from '../../plan/pass/pass';
import type { Item } from './page';
import { countWords, groupBy, nameWords, naming, sizeWords, spanWords } from './words';

export interface Names {
  host(uuid: string): string;
  guest(uuid: string): string;
  /** Bytes; 0 for one the plan does not list. */
  memory(guest: string): number;
}

export function namesOf({ hosts, guests }: PlanDocument): Names {
  const sizes = new Map(guests.map(({ uuid, memory }) => [uuid, memory]));
  return { host: naming(hosts), guest: naming(guests), memory: (guest) => sizes.get(guest) ?? 0 };
}

/** One item a host, in order. */
export function passItems(document: PlanDocument, hop: HopPlan, names: Names): readonly Item[] {
  return hop.pass.turns.map((turn, index) => {
    const host = document.hosts.find(({ uuid }) => uuid === turn.host);
    const how = host === undefined ? '' : `, ${host.role}, boot method ${host.bootMethod}`;
    const estimate = hop.turns.find((one) => one.host === turn.host);
    const time = estimate === undefined || estimate.total.most === 0 ? '' : `: ${spanWords(estimate.total)}`;
    return { label: `${index + 1}.`, text: `${names.host(turn.host)}${how}${time}`, under: turnItems(turn, hop, names) };
  });
}

function turnItems(turn: Turn, hop: HopPlan, names: Names): readonly Item[] {
  const kept = hop.pass.blocked.filter(({ host }) => host === turn.host).map(({ guest }) => names.guest(guest));
  const items = [
    ...moveItems(turn.moves, turn.host, names),
    ...stopItems(turn.stops, hop, names),
    ...(kept.length === 0 ? [] : [{ text: `cannot be emptied: ${nameWords(kept)}`, tone: 'bad' as const }]),
    ...startItems(turn, names),
    ...moveItems(turn.returns, turn.host, names),
  ];
  return items.length > 0 ? items : [{ text: 'nothing moves and nothing stops' }];
}

const PURPOSES: Readonly<Record<PlannedMove['purpose'], string>> = {
  drain: '',
  room: ' to make room',
  home: ' back home',
  balance: ' to spread the load',
};

function moveItems(moves: readonly PlannedMove[], host: string, names: Names): readonly Item[] {
  return groupBy(moves, ({ from, to, purpose }) => JSON.stringify([from, to, purpose])).map((group) => {
    const { from, to, purpose } = group[0]!;
    const guests = group.map(({ guest }) => names.guest(guest));
    const size = sizeWords(group.reduce((sum, { guest }) => sum + names.memory(guest), 0));
    const where = from === host ? `to ${names.host(to)}` : `from ${names.host(from)} to ${names.host(to)}`;
    const verb = guests.length === 1 ? 'moves' : 'move';
    return { text: `${countWords(guests.length, 'VM')} (${size}) ${verb} ${where}${PURPOSES[purpose]}: ${nameWords(guests)}` };
  });
}

/** Those that stop alike, for the same reason, and come back alike are told together. */
function stopItems(stops: readonly PlannedStop[], hop: HopPlan, names: Names): readonly Item[] {
  const alike = groupBy(stops, ({ action, why, back }) => JSON.stringify([action, why.code, why.text, back?.after, back?.on]));
  return alike.map((group) => {
    const stop = group[0]!;
    const guests = nameWords(group.map(({ guest }) => names.guest(guest)));
    const away = downtimeOf(stop, hop.turns);
    const action = stop.action === 'Suspend' ? 'suspended' : 'shut down';
    const time = away === undefined || away.most === 0 ? '' : ` for ${spanWords(away)}`;
    const be = group.length === 1 ? 'is' : 'are';
    return {
      text: `${guests} ${be} ${action}${time}: ${stop.why.text} (${stop.why.code}); ${backWords(stop, group.length, names)}`,
    };
  });
}

function backWords({ action, back, host }: PlannedStop, count: number, names: Names): string {
  const one = count === 1;
  if (back === undefined) return `no host was found on which ${one ? 'it' : 'they'} could run again`;
  const verb = action === 'Suspend' ? (one ? 'resumes' : 'resume') : one ? 'starts' : 'start';
  const when = back.after === host ? 'once it is back' : `once ${names.host(back.after)} is upgraded`;
  return `${verb} on ${names.host(back.on)} ${when}`;
}

/** Where several start their order is told; one that its stop tells of is not told twice. */
function startItems(turn: Turn, names: Names): readonly Item[] {
  const told = ({ guest }: Turn['starts'][number]): boolean =>
    turn.stops.some((stop) => stop.guest === guest && stop.back?.after === turn.host);
  const groups = groupBy(turn.starts, ({ on }) => on).filter((group) => group.length > 1 || !group.every(told));
  return groups.map((group) => {
    const guests = group.map(({ guest }) => names.guest(guest));
    const [run, order] = guests.length === 1 ? ['runs', ''] : ['run', ', in this order'];
    const where = names.host(group[0]!.on);
    return { text: `after its return ${countWords(guests.length, 'VM')} ${run} again on ${where}${order}: ${guests.join(', ')}` };
  });
}
