// Whether the BMC that has to boot a host can be spoken to at all.
import type { Check } from '../check';
import { block, cannotTell, hostObject } from '../findings';
import { anyServed, judgeAnswers, SERVED, servedHosts, withBoot } from './served';

const REMEDY =
  'see to the way from the controller to the BMC, its address, its certificate (spec.hosts[].bmc.tls) and its state; `xenpool bmc probe` shows what it says';

export const bmcUnreachable: Check = {
  id: 'BmcUnreachable',
  title: 'The BMC of each host that it has to boot answers',
  source: '8.3 (errors) of the BMC reference',
  range: `${SERVED}, where spec.hosts names a BMC`,
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: anyServed,
  judge: (situation) => [
    ...judgeAnswers(situation, ['Unreachable', 'Failed'], ({ host, answer, subject }) => {
      const found = answer.kind === 'Unreachable' ? 'does not answer' : 'cannot be used';
      return block([hostObject(host)], `${subject} ${found}: ${answer.why}`, REMEDY);
    }),
    ...withBoot(situation, ({ bmcs }) =>
      servedHosts(situation)
        .filter(({ uuid }) => bmcs[uuid] !== undefined && bmcs[uuid].answer === undefined)
        .map((host) => cannotTell([hostObject(host)], `host ${host.name}: its BMC was not asked yet`, REMEDY)),
    ),
  ],
};
