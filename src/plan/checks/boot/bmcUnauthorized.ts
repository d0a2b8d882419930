// Whether the BMC takes the login that the manifest names for it. It is tried once: BMCs lock accounts.
import type { Check } from '../check';
import { block, hostObject } from '../findings';
import { anyServed, judgeAnswers, SERVED } from './served';

const REMEDY =
  'correct the Secret that spec.hosts[].bmc.credentialsRef names, or the rights of that user at the BMC; after a change at the BMC alone annotate the object with xenpool.dev/retry, because a refused login is not tried again by itself';

export const bmcUnauthorized: Check = {
  id: 'BmcUnauthorized',
  title: 'The BMC of each host that it has to boot takes the login',
  source: '8.3 (errors) of the BMC reference',
  range: `${SERVED}, where spec.hosts names a BMC`,
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: anyServed,
  judge: (situation) =>
    judgeAnswers(situation, ['Unauthorized'], ({ host, answer, subject }) =>
      block([hostObject(host)], `${subject} does not let the operator in: ${answer.why}`, REMEDY),
    ),
};
