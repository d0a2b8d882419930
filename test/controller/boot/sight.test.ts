import { expect } from 'chai';
import { NOTHING_SEEN, type Sighted, type Sightings, withSighting } from '../../../src/boot/server/sightings';
import { installerSight } from '../../../src/controller/boot/sight';
import type { AttemptSeen } from '../../../src/controller/boot/sightingObject';
import { attemptIn, NOW, openHost, upgradeOf } from './openHost';

const attempt = attemptIn(upgradeOf([openHost()]));
const pxe = { ...attempt, method: 'PXE' } as const;
const ON = NOW + 10_000;

/** One thing a second. */
function saw(...things: readonly (Sighted | 'well' | 'failed')[]): Sightings {
  return things.reduce<Sightings>((seen, what, index) => {
    const result = what === 'well' ? { result: 0 as const } : what === 'failed' ? { result: 1 as const } : {};
    const kind = what === 'well' || what === 'failed' ? 'report' : what;
    return withSighting(seen, { at: ON + index * 1_000, what: kind, detail: '', from: '10.1.0.1', ...result });
  }, NOTHING_SEEN);
}
const book = (sightings: Sightings, more: Partial<AttemptSeen> = {}): AttemptSeen => ({
  since: NOW,
  ready: 'Ready',
  why: '',
  sightings,
  ...more,
});

describe('what the boot server saw, as the run goes by it', () => {
  it('is nothing certain as long as the server does not know the attempt', () => {
    expect(installerSight(attempt, undefined, ON)).to.deep.include({ ready: 'Checking', side: 'Unknown', steps: [] });
  });

  it('passes on whether the medium is there, and why not', () => {
    const refused = book(NOTHING_SEEN, { ready: 'Refused', why: 'another file' });
    expect(installerSight(attempt, refused, undefined)).to.include({ ready: 'Refused', why: 'another file' });
  });

  it('takes an answer file that nobody fetched for a proof, where the book was kept from before the machine was switched on', () => {
    const sideOf = (since: number, poweredOnAt: number | undefined): string =>
      installerSight(attempt, book(saw('media'), { since }), poweredOnAt).side;
    expect(sideOf(ON, ON)).to.equal('Before');
    expect(sideOf(ON + 1, ON)).to.equal('Unknown');
    expect(sideOf(ON + 1, undefined)).to.equal('Before');
  });

  it('takes it for none where the machine did not read our image since it was switched on: another one may have been booted', () => {
    expect(installerSight(attempt, book(NOTHING_SEEN), ON).side).to.equal('Unknown');
    expect(installerSight(attempt, book(saw('media')), ON + 1).side).to.equal('Unknown');
    expect(installerSight(attempt, book(saw('media', 'media')), ON + 1).side).to.equal('Before');
  });

  it('takes it for none over the network, unless the machine had its configuration from us', () => {
    expect(installerSight(pxe, book(NOTHING_SEEN), ON).side).to.equal('Unknown');
    expect(installerSight(pxe, book(saw('config')), ON).side).to.equal('Before');
    expect(installerSight(pxe, book(saw('config'), { since: ON + 1 }), ON).side).to.equal('Unknown');
  });

  it('takes it for none where a person or the staging plugin boots the host', () => {
    for (const method of ['Manual', 'Staged'] as const)
      expect(installerSight({ ...attempt, method }, book(NOTHING_SEEN), ON).side, method).to.equal('Unknown');
  });

  it('does not need the book from before for what was seen', () => {
    const late = { since: ON + 1 };
    expect(installerSight(attempt, book(saw('answer'), late), ON).side).to.equal('Before');
    expect(installerSight(attempt, book(saw('answer', 'start', 'repository', 'package'), late), ON).side).to.equal('Past');
  });

  it('knows nothing of an installer that looked at the repository, nor of one that says that it failed', () => {
    expect(installerSight(attempt, book(saw('answer', 'start', 'repository')), ON).side).to.equal('Unknown');
    expect(installerSight(attempt, book(saw('failed')), ON).side).to.equal('Unknown');
  });

  it('believes the start script to say something only from 6.0 on, and its silence only where the tree is ours', () => {
    const old = { ...attempt, target: { brand: 'XenServer', version: '5.6.100' } } as const;
    expect(installerSight(old, book(saw('answer')), ON).side).to.equal('Unknown');
    expect(installerSight(attempt, book(saw('answer', 'start')), ON).side).to.equal('Before');
    const elsewhere = { ...attempt, repository: 'http://mirror.example/8.3.0/' };
    expect(installerSight(elsewhere, book(saw('answer', 'start')), ON).side).to.equal('Unknown');
  });

  it('tells what came in order, when the answers went out, when it was last heard and how it ended', () => {
    const well = installerSight(attempt, book(saw('media', 'answer', 'start', 'complete', 'well')), ON);
    expect(well.steps.map(({ what }) => what)).to.deep.equal(['media', 'answer', 'start', 'complete', 'report']);
    expect(well).to.deep.include({
      answeredAt: new Date(ON + 1_000).toISOString(),
      lastAt: new Date(ON + 4_000).toISOString(),
      completedAt: new Date(ON + 4_000).toISOString(),
      result: 'Done',
    });
    expect(installerSight(attempt, book(saw('failed')), ON).result).to.equal('Failed');
    expect(installerSight(attempt, book(NOTHING_SEEN), ON)).to.not.have.any.keys('answeredAt', 'lastAt', 'completedAt', 'result');
  });
});
