// Where the real programs are: whoever starts these tests (`.ci/e2e.mjs`) has built them and says so.
import type { Programs } from './cluster';

/** @throws when the tests were not started by `npm run test:e2e` */
export function programs(): Programs {
  const given = process.env['XENPOOL_KUBE_PROGRAMS'];
  if (given === undefined) throw new Error('XENPOOL_KUBE_PROGRAMS is not set: run these tests by `npm run test:e2e`');
  return JSON.parse(given) as Programs;
}
