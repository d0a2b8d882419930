// What was found at a BMC, for people.
import type { Probed } from './probe';

export function printFinding(finding: Probed): string {
  const rows = [...whoItIs(finding), ...whatItCan(finding)];
  const plain = rows.map(([name, value]) => `${name.padEnd(16)}${value}`);
  const requests = finding.would.map(({ verb, would }) => `  ${verb.padEnd(14)}${would}`);
  return `${[...plain, '', 'would send, and did not:', ...requests].map(harmless).join('\n')}\n`;
}

type Row = readonly [string, string];

/** A BMC's words are not to move anybody's cursor. */
function harmless(line: string): string {
  return line.replace(/\p{Cc}/gu, '?');
}

function whoItIs({ address, capabilities }: Probed): readonly Row[] {
  const { protocol, dialect, bmcFirmware, identity } = capabilities;
  const said = (word: string): string => (word === '' ? 'does not say' : word);
  return [
    ['address', address],
    ['machine', said([identity.manufacturer, identity.model].filter((word) => word !== '').join(' '))],
    ['serial', said(identity.serial)],
    ['uuid', said(identity.uuid)],
    ['network cards', said(identity.macs.join(', '))],
    ['speaks', dialect === '' ? protocol : `${protocol}, dialect ${dialect}`],
    ['firmware', said(bmcFirmware)],
  ];
}

function whatItCan({ capabilities, state }: Probed): readonly Row[] {
  const { power, bootOnce, media, bootProgress } = capabilities;
  const inserted = state.media.filter((slot) => slot.inserted).map(({ slot, image }) => `${slot}: ${image}`);
  return [
    ['power', `${state.power}; can: ${verbs(power)}`],
    ['boots once from', bootOnce.targets.join(', ') || 'nothing by choice'],
    ['firmware mode', modes(bootOnce)],
    ['override now', override(state.boot)],
    ['virtual CD', drive(media)],
    ['inserted now', inserted.join('; ') || 'nothing'],
    ['boot progress', bootProgress ? state.bootProgress : 'not told'],
  ];
}

function drive(media: Probed['capabilities']['media']): string {
  if (media === undefined) return 'none that takes an image by HTTP or HTTPS';
  const { slot, schemes, assumed } = media;
  return `${slot} by ${schemes.join(', ')}${assumed ? ' (assumed: it does not say)' : ''}`;
}

function modes({ modes: all, needMode = [] }: Probed['capabilities']['bootOnce']): string {
  if (all.length === 0) return 'not chosen by the BMC';
  return `${all.join(', ')}${needMode.length === 0 ? '' : '; one must be named'}`;
}

function verbs(power: Probed['capabilities']['power']): string {
  const names: readonly (readonly [boolean, string])[] = [
    [power.on, 'on'],
    [power.forceOff, 'off'],
    [power.gracefulOff, 'ask the system to shut down'],
  ];
  return (
    names
      .filter(([can]) => can)
      .map(([, name]) => name)
      .join(', ') || 'nothing'
  );
}

function override({ target, once, mode }: Probed['state']['boot']): string {
  if (target === 'None') return 'none';
  return `${target}, ${once ? 'once' : 'until it is cleared'}${mode === undefined ? '' : `, ${mode}`}`;
}
