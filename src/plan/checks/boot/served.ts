// What the checks of booting ask of a situation: which hosts boot from the boot server, and what was seen of BMCs and images.
import { compareVersions, type Release } from '../../release';
import type { Host } from '../../pool';
import type { BmcAnswer, BmcMachine, BootTraits, MediaOffer } from '../bootTraits';
import type { CheckSituation, Finding } from '../check';
import { hostObject, hostsToAsk, poolObject } from '../findings';

/** In words, for the table in docs/. */
export const SERVED = 'boot methods VirtualMedia and PXE';

export function isServed(method: string | undefined): boolean {
  return method === 'VirtualMedia' || method === 'PXE';
}

/** Hosts whose turn is still to come and that boot from the boot server; before a host, that one alone. */
export function servedHosts(situation: CheckSituation): readonly Host[] {
  return hostsToAsk(situation).filter(({ uuid }) => isServed(situation.orders.methods[uuid]));
}

export function anyServed({ orders }: CheckSituation): boolean {
  return Object.values(orders.methods).some(isServed);
}

/** What the look gives, or that nobody looked, which holds up whoever may be held up. */
export function withBoot(situation: CheckSituation, look: (boot: BootTraits) => readonly Finding[]): readonly Finding[] {
  const { boot } = situation.inspection;
  if (boot !== undefined) return look(boot);
  const message = `pool ${situation.pool.name}: nobody asked BMCs and boot server`;
  const remedy = 'see that the controller runs with them';
  return [{ verdict: 'Unknown', objects: [poolObject(situation.pool)], message, remedy }];
}

/** A host with the answer of its BMC, and how the BMC is called in sentences. */
export interface Answered<A extends BmcAnswer = BmcAnswer> {
  readonly host: Host;
  readonly answer: A;
  /** e.g. `host xs-01: its BMC at ipmi://10.0.0.1`. */
  readonly subject: string;
}

/** Of the served hosts whose BMC was asked. */
export function answers(situation: CheckSituation, { bmcs }: BootTraits): readonly Answered[] {
  return servedHosts(situation).flatMap((host) => {
    const bmc = bmcs[host.uuid];
    if (bmc?.answer === undefined) return [];
    return [{ host, answer: bmc.answer, subject: `host ${host.name}: its BMC at ${bmc.address}` }];
  });
}

/** One finding for each served host whose BMC says what `judge` finds something in; of one that says nothing other checks tell. */
export function judgeMachines(
  situation: CheckSituation,
  judge: (
    machine: BmcMachine,
    at: { readonly host: Host; readonly subject: string; readonly method: string },
  ) => Finding | undefined,
): readonly Finding[] {
  return withBoot(situation, (boot) =>
    answers(situation, boot).flatMap(({ host, answer, subject }) => {
      if (answer.kind !== 'Told') return [];
      const method = situation.orders.methods[host.uuid] ?? '';
      return judge(answer.machine, { host, subject, method }) ?? [];
    }),
  );
}

/** Findings about the hosts whose BMC gave an answer of this kind. */
export function judgeAnswers<K extends BmcAnswer['kind']>(
  situation: CheckSituation,
  kinds: readonly K[],
  judge: (answered: Answered<Extract<BmcAnswer, { kind: K }>>) => Finding,
): readonly Finding[] {
  return withBoot(situation, (boot) =>
    answers(situation, boot)
      .filter((answered): answered is Answered<Extract<BmcAnswer, { kind: K }>> =>
        (kinds as readonly string[]).includes(answered.answer.kind),
      )
      .map(judge),
  );
}

/** Whose images are looked for: while planning all of the path, so that no run stops half way; before a host that of its hop. */
export function releasesDue({ moment, hop }: CheckSituation): readonly Release[] {
  return moment === 'Planning' ? (hop.path ?? [hop.to]) : [hop.to];
}

/** What is offered for a release; an offer without a brand is for any. */
export function offerFor(offers: readonly MediaOffer[], release: Release): MediaOffer | undefined {
  return offers.find(
    ({ brand, version }) => compareVersions(version, release.version) === 0 && (brand === undefined || brand === release.brand),
  );
}

export function hostObjects(hosts: readonly Host[]): Finding['objects'] {
  return hosts.map(hostObject);
}
