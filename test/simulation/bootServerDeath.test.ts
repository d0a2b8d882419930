// The boot server dies at the moment in which it has written down that it saw something, before it hands anything out, and another is there five seconds later: no
// installer fails by it.
import { expect } from 'chai';
import type { Sighted } from '../../src/boot/server/sightings';
import type { SightingDocument } from '../../src/controller/boot/sightingObject';
import type { Write } from '../../src/embedded-kubernetes/store';
import type { Run } from '../../src/rehearsal/run';
import type { Stage } from '../../src/rehearsal/stage';
import { attemptsOf, boot, leftAtBmcs } from './boots';
import { type Case, expectSuccess } from './rig';

const RESTART_MS = 5_000;

/** Kinds of sightings that a write tells of any attempt. */
function seenIn({ object }: Write): readonly string[] {
  const text = (object as { readonly data?: Readonly<Record<string, string>> }).data?.['sightings.json'];
  if (text === undefined) return [];
  const { attempts } = JSON.parse(text) as SightingDocument;
  return Object.values(attempts).flatMap(({ sightings }) => Object.keys(sightings.seen));
}

/** Kills it once for each kind that is asked for, when that is first written. @returns the run, and of what it died */
async function dyingAt(kinds: readonly Sighted[], given: Case): Promise<{ readonly run: Run; readonly died: readonly string[] }> {
  const died: string[] = [];
  let stage: Stage | undefined;
  const run = await boot(given, {
    onStage: (built) => (stage = built),
    onWrite: (write) => {
      const kind = kinds.find((one) => !died.includes(one) && seenIn(write).includes(one));
      if (kind === undefined || stage === undefined) return;
      died.push(kind);
      const { bootServer, clock } = stage;
      bootServer.kill();
      clock.after(RESTART_MS, () => bootServer.start());
    },
  });
  return { run, died };
}

describe('a boot server that dies', () => {
  const MEDIA: readonly Sighted[] = ['media', 'answer', 'start', 'repository', 'package', 'complete', 'report'];
  for (const kind of MEDIA)
    it(`as it sees ${kind} costs an installer from its medium nothing`, async () => {
      const { run, died } = await dyingAt([kind], { bootMethod: 'VirtualMedia' });
      expect(died).to.deep.equal([kind]);
      expectSuccess(run);
      expect(attemptsOf(run)).to.deep.equal([1, 1]);
      expect(leftAtBmcs(run)).to.deep.equal([]);
    });

  for (const kind of ['config', 'kernel'] as const)
    it(`as it sees ${kind} costs a machine that boots over the network at most an attempt of a member`, async () => {
      const { run, died } = await dyingAt([kind], { bootMethod: 'PXE', firmware: 'UEFI' });
      expect(died).to.deep.equal([kind]);
      expectSuccess(run);
    });
});
