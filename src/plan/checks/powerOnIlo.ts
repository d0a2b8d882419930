// Power-on by the iLO script, which releases from 8.2 on no longer bring.
import type { Host } from '../pool';
import type { Check, CheckSituation, FixedStep, FixStep } from './check';
import { block, hostObject, hostsConcerned, leadsTo } from './findings';

const REMEDY = 'turn it off (xe host-set-power-on-mode power-on-mode=) or choose another mode';

export const powerOnIlo: Check = {
  id: 'PowerOnIlo',
  title: 'No host is powered on by the iLO script',
  source: '1.6 and 3.2 of the XenServer reference; XenCenter PowerOniLoCheck',
  range: 'to 8.2 and later',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ hop }) => leadsTo(hop, '8.2'),
  judge: (situation) =>
    iloHosts(situation).map((host) =>
      block(
        [hostObject(host)],
        `host ${host.name} is powered on by the iLO script, which releases from 8.2 on do not have`,
        REMEDY,
      ),
    ),
  fix: {
    does: 'host.set_power_on_mode to none',
    undoes: 'the mode as it was, where the run ends before the host has 8.2, which no longer has it',
    steps: (situation) => iloHosts(situation).flatMap((host) => stepsFor(situation, host)),
  },
};

function iloHosts(situation: CheckSituation): readonly Host[] {
  return hostsConcerned(situation).filter(({ uuid }) => situation.inspection.hosts[uuid]?.powerOnMode === 'iLO');
}

/** A password in the configuration must not be written down for the way back: such a host is a person's. */
function stepsFor({ inspection }: CheckSituation, { uuid, name }: Host): readonly FixedStep[] {
  const config = inspection.hosts[uuid]?.powerOnConfig ?? {};
  if (Object.keys(config).some((key) => /password/i.test(key) && !key.endsWith('_secret'))) return [];
  const set = (mode: string, values: Readonly<Record<string, string>>): FixStep => ({
    effect: 'SetPowerOnMode',
    object: uuid,
    name,
    params: { mode, config: JSON.stringify(values) },
  });
  return [{ step: set('', {}), undo: set('iLO', config), undoBefore: '8.2' }];
}
