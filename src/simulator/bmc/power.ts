// Reset of a simulated BMC: what it lists, what it refuses, and how long power takes to follow.
import type { BmcResponse } from '../../bmc/transport';
import { DONE, type Json } from './answers';
import type { Asker, Turn } from './chassis';
import { type BmcParts, complain, systemPath } from './parts';
import type { ResetType } from './profile';

const TURNS: Readonly<Record<ResetType, Turn>> = {
  On: 'On',
  ForceOn: 'On',
  ForceOff: 'Off',
  GracefulShutdown: 'Shutdown',
  ForceRestart: 'Restart',
  GracefulRestart: 'Restart',
  PowerCycle: 'Restart',
};

export class BmcPower {
  private offAt: number | undefined;

  constructor(private readonly parts: BmcParts) {}

  get action(): Json {
    const { profile } = this.parts;
    const { types, damaged } = profile.reset;
    const target = `${systemPath(profile)}/Actions/ComputerSystem.Reset`;
    // `GracefulShutdown` and `GracefulRestart` with a comma lost in between (bmc.md 1.6).
    const listed = damaged ? [`${types[0]}${types[1]}`] : types;
    return {
      target,
      'ResetType@Redfish.AllowableValues': listed,
      ...(damaged ? { '@Redfish.ActionInfo': `${systemPath(profile)}/ResetActionInfo` } : {}),
    };
  }

  get actionInfo(): Json | undefined {
    const { profile } = this.parts;
    if (!profile.reset.damaged) return undefined;
    const parameter = { Name: 'ResetType', Required: true, DataType: 'String', AllowableValues: profile.reset.types };
    return { '@odata.id': `${systemPath(profile)}/ResetActionInfo`, Parameters: [parameter] };
  }

  /** @param by who asks */
  reset(body: Json, by: Asker): BmcResponse {
    const { profile, chassis, clock, note } = this.parts;
    const type = body['ResetType'];
    if (type === undefined)
      return complain(this.parts, {
        status: 400,
        id: 'ActionParameterMissing',
        text: 'ResetType is missing.',
        about: ['ResetType'],
      });
    const known = profile.reset.types.find((one) => one === type);
    if (known === undefined)
      return complain(this.parts, { status: 400, id: 'ActionParameterNotSupported', text: `${String(type)} is not supported.` });
    const turn = TURNS[known];
    const refusal = this.objection(turn);
    if (refusal !== undefined) return refusal;
    note('power', known, by);
    if (turn === 'On' && this.parts.strike('power-on-ignored') !== undefined) return DONE;
    clock.after(profile.reset.lagMs, () => {
      chassis.turn(turn, by);
      if (turn === 'Off') this.offAt = clock.monotonic();
    });
    return DONE;
  }

  private objection(turn: Turn): BmcResponse | undefined {
    const { profile, chassis, clock } = this.parts;
    const { settle, refusesSame } = profile.reset;
    const isOn = chassis.power() === 'On';
    if (refusesSame !== undefined && ((turn === 'On' && isOn) || (turn !== 'On' && !isOn)))
      return complain(this.parts, { status: 400, id: refusesSame, text: 'The state of the system does not allow this.' });
    const settling = settle !== undefined && this.offAt !== undefined && clock.monotonic() - this.offAt < settle.ms;
    if (turn === 'On' && settling)
      return complain(this.parts, {
        status: settle.status,
        id: settle.id,
        text: 'The state of the system does not allow this yet.',
      });
    return undefined;
  }
}
