// XenCenter's first check compares its own version with the pool's. It is listed so that nobody looks for it in vain.
import type { Check } from './check';

export const clientVersion: Check = {
  id: 'ClientVersion',
  title: 'The client knows the release',
  source: '3.2 of the XenServer reference; XenCenter ClientVersionCheck',
  range:
    'never: XenCenter warns when a newer XenCenter exists; this operator is no client of that kind, and a release it does not know is refused as UnknownRelease',
  remedy: 'none needed',
  moments: ['Planning'],
  applies: () => false,
  judge: () => [],
};
