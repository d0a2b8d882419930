// What the BMCs that the manifest names say of themselves, while nothing is stopped yet.
import { expect } from 'chai';
import { bmcNotProven } from '../../../../src/plan/checks/boot/bmcNotProven';
import { bmcOfAnotherHost } from '../../../../src/plan/checks/boot/bmcOfAnotherHost';
import { bmcUnauthorized } from '../../../../src/plan/checks/boot/bmcUnauthorized';
import { bmcUnreachable } from '../../../../src/plan/checks/boot/bmcUnreachable';
import { bootOverride } from '../../../../src/plan/checks/boot/bootOverride';
import { foreignMedia } from '../../../../src/plan/checks/boot/foreignMedia';
import { imageScheme } from '../../../../src/plan/checks/boot/imageScheme';
import { sameBmc } from '../../../../src/plan/checks/boot/sameBmc';
import { virtualDrive } from '../../../../src/plan/checks/boot/virtualDrive';
import { bootChecks } from '../../../../src/plan/checks/bootChecks';
import type { BmcAnswer } from '../../../../src/plan/checks/bootTraits';
import type { CheckSituation } from '../../../../src/plan/checks/check';
import { runChecks } from '../../../../src/plan/checks/registry';
import { itTells, verdictOf } from '../hazards/cases';
import { bmc, booting, told } from './booting';

const sound = booting();
/** The BMC of host `one` answers so; that of `two` is in order. */
const oneSays = (answer: BmcAnswer | undefined, method = 'VirtualMedia'): CheckSituation =>
  booting({ method, bmcs: { one: { ...bmc('10.0.0.1'), answer: answer! }, two: bmc('10.0.0.2') } });
const at = /^host name-one: its BMC at redfish\+https:\/\/10\.0\.0\.1 /;
const says = (text: string): RegExp => new RegExp(`${at.source}${text}$`);

describe('the BMC of a host that boots by it', () => {
  const cases = [
    [bmcUnreachable, 'silence', { kind: 'Unreachable', why: 'no route' }, 'does not answer: no route'],
    [bmcUnreachable, 'a failure', { kind: 'Failed', why: 'no sense' }, 'cannot be used: no sense'],
    [bmcUnauthorized, 'a refused login', { kind: 'Unauthorized', why: 'wrong' }, 'does not let the operator in: wrong'],
    [
      bmcOfAnotherHost,
      'another serial',
      told({ identity: { kind: 'Mismatch', why: 'found serial "A", expected "B"' } }),
      'belongs to another machine: found serial "A", expected "B"',
    ],
    [
      bmcNotProven,
      'no serial',
      told({ identity: { kind: 'Unproven', why: 'nothing that both name' } }),
      'cannot be proven to be its own: nothing that both name',
    ],
    [
      bootOverride,
      'no override with CD',
      told({ targets: ['Pxe'] }),
      'overrides the next boot with Pxe; boot method VirtualMedia needs Cd',
    ],
    [
      imageScheme,
      'a drive that takes no images from plain HTTP servers',
      told({ schemes: ['https'] }),
      'takes images by https; the boot server shows them to BMCs by http',
    ],
    [virtualDrive, 'no drive', told({ media: 'Unsupported' }), 'has no virtual drive, or no licence for it'],
    [
      foreignMedia,
      'an image of somebody else',
      told({ media: 'Foreign' }),
      'has an image of somebody else in its virtual drive; it must be empty',
    ],
  ] as const;
  for (const [check, what, answer, text] of cases)
    itTells({ check, what, sound, found: oneSays(answer), verdict: 'Block', names: ['name-one'], says: says(text) });

  itTells({
    check: bmcUnreachable,
    what: 'a BMC that nobody asked yet',
    sound,
    found: booting({ bmcs: { one: { address: 'a', place: undefined }, two: bmc('10.0.0.2') } }),
    verdict: 'Unknown',
    names: ['name-one'],
    says: /was not asked yet/,
  });

  itTells({
    check: bootOverride,
    what: 'no override with the network',
    sound: booting({ method: 'PXE' }),
    found: oneSays(told({ targets: [] }), 'PXE'),
    verdict: 'Block',
    names: ['name-one'],
    says: /with none; boot method PXE needs Pxe/,
  });

  it('is told of by one check for each cause, and by none where there is none', () => {
    const told = (situation: CheckSituation): readonly string[] =>
      runChecks(situation, bootChecks).flatMap(({ id, verdict }) => (verdict === 'Pass' ? [] : [id]));
    expect(told(sound)).to.deep.equal([]);
    for (const [check, what, answer] of cases) expect(told(oneSays(answer)), what).to.deep.equal([check.id]);
  });

  itTells({
    check: imageScheme,
    what: 'a drive that takes http alone, where the boot server is reached by https',
    sound: booting({ imageScheme: 'https' }),
    found: booting({
      imageScheme: 'https',
      bmcs: { one: bmc('10.0.0.1', told({ schemes: ['nfs', 'http'] })), two: bmc('10.0.0.2') },
    }),
    verdict: 'Block',
    names: ['name-one'],
    says: /takes images by nfs, http; the boot server shows them to BMCs by https$/,
  });

  const { schemes: _, ...silent } = (told() as Extract<BmcAnswer, { kind: 'Told' }>).machine;
  const untold: BmcAnswer = { kind: 'Told', machine: silent };

  itTells({
    check: imageScheme,
    what: 'drives of which nobody tells what they take',
    sound,
    found: booting({ bmcs: { one: bmc('10.0.0.1', untold), two: bmc('10.0.0.2', untold) } }),
    verdict: 'Warn',
    names: ['name-one', 'name-two'],
    says: /^the BMCs of these hosts do not say whether they take images by http, which most do: name-one, name-two$/,
  });

  it('may take what it will where it has no drive, the host boots over the network, or the boot server has no address', () => {
    const one = (answer: BmcAnswer, scene: Parameters<typeof booting>[0] = {}): string =>
      verdictOf(imageScheme, booting({ ...scene, bmcs: { one: bmc('10.0.0.1', answer), two: bmc('10.0.0.2') } }));
    expect(one({ kind: 'Told', machine: { ...silent, media: 'Unsupported' } })).to.equal('Pass');
    for (const answer of [untold, told({ schemes: ['https'] })]) {
      expect(one(answer, { imageScheme: 'unknown' })).to.equal('Pass');
      expect(verdictOf(imageScheme, oneSays(answer, 'PXE'))).to.equal('Pass');
    }
  });

  it('needs no drive where the host boots over the network, whatever is in it', () => {
    for (const media of ['Unsupported', 'Foreign'] as const)
      for (const check of [virtualDrive, foreignMedia])
        expect(verdictOf(check, oneSays(told({ media }), 'PXE')), `${check.id} ${media}`).to.equal('Pass');
  });

  it('may hold the image of an attempt of ours', () => {
    expect(verdictOf(foreignMedia, oneSays(told({ media: 'Ours' })))).to.equal('Pass');
  });

  it('names expectedSerial as the way out of a missing proof', () => {
    const unproven = oneSays(told({ identity: { kind: 'Unproven', why: '' } }));
    expect(runChecks(unproven, [bmcNotProven])[0]!.findings[0]!.remedy).to.include('spec.hosts[].bmc.expectedSerial');
  });

  it('does not matter where the host boots otherwise, nor before the turn of another', () => {
    const gone: BmcAnswer = { kind: 'Unreachable', why: 'no route' };
    for (const method of ['Staged', 'Manual']) expect(verdictOf(bmcUnreachable, oneSays(gone, method)), method).to.equal('Pass');
    const before = (uuid: string): string => verdictOf(bmcUnreachable, { ...oneSays(gone), moment: 'BeforeHost', host: uuid });
    expect([before('one'), before('two')]).to.deep.equal(['Block', 'Pass']);
  });

  it('holds the run up where nobody looked', () => {
    const { boot: _, ...unseen } = sound.inspection;
    for (const check of [bmcUnreachable, bmcOfAnotherHost, virtualDrive])
      expect(verdictOf(check, { ...sound, inspection: unseen }), check.id).to.equal('Unknown');
  });
});

describe('one BMC for two hosts', () => {
  const named = (one: ReturnType<typeof bmc>, three: ReturnType<typeof bmc>, method = 'Manual'): CheckSituation =>
    booting({ method, bmcs: { one, three } });

  itTells({
    check: sameBmc,
    what: 'one address, whatever the boot method',
    sound: named(bmc('10.0.0.1'), bmc('10.0.0.3')),
    found: named(bmc('10.0.0.1'), bmc('10.0.0.1')),
    verdict: 'Block',
    names: ['name-one', 'name-three'],
    says: /redfish\+https:\/\/10\.0\.0\.1 for name-one and redfish\+https:\/\/10\.0\.0\.1 for name-three/,
  });

  it('is one of several machines where each is named by its system', () => {
    const system = (path: string): ReturnType<typeof bmc> => bmc('10.0.0.1', told(), path);
    const [first, second] = ['/redfish/v1/Systems/1', '/redfish/v1/Systems/2'];
    expect(verdictOf(sameBmc, named(system(first!), system(second!)))).to.equal('Pass');
    expect(verdictOf(sameBmc, named(system(first!), system(first!)))).to.equal('Block');
    expect(verdictOf(sameBmc, named(system(first!), system(''))), 'one does not say which').to.equal('Block');
  });

  it('is not concluded from addresses that make no sense', () => {
    const senseless = { address: 'redfish+https://?', place: undefined };
    expect(verdictOf(sameBmc, named(senseless, senseless))).to.equal('Pass');
  });
});
