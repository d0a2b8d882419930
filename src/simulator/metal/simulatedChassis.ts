// A machine as the BMC in it sees it: its identity, its power, and how far its boot is.
import type { Asker, SimulatedChassis, Turn } from '../bmc/chassis';
import { type Chassis, type MetalParts } from './chassis';
import { causeOf } from './firmware';
import { leave, powerOff, powerOn, reset } from './power';

const TURNS: Readonly<Record<Turn, (parts: MetalParts, chassis: Chassis, by: Asker) => void>> = {
  On: (parts, chassis, by) => powerOn(parts, chassis, causeOf(by)),
  Off: (parts, chassis, by) => powerOff(parts, chassis, causeOf(by)),
  Shutdown: (parts, chassis, by) => leave(parts, chassis, 'shutdown', causeOf(by)),
  Restart: (parts, chassis, by) => reset(parts, chassis, causeOf(by)),
};

const STRANGER: Asker = { caller: 'stranger' };

export function chassisOf(parts: MetalParts, chassis: Chassis): SimulatedChassis {
  const { machine, identity, mode } = chassis;
  return {
    identity,
    mode: mode === 'UEFI' ? 'UEFI' : 'Legacy',
    power: () => (machine.state === 'Off' ? 'Off' : 'On'),
    inPost: () => chassis.inPost,
    progress: () => progressOf(chassis),
    turn: (to, by = STRANGER) => TURNS[to](parts, chassis, by),
    attach: (firmware) => void (chassis.bmc = firmware),
  };
}

/** `BootProgress.LastState`. */
function progressOf({ machine: { state }, inPost }: Chassis): string {
  switch (state) {
    case 'Off':
      return 'None';
    case 'Booting':
      return inPost ? 'SystemHardwareInitializationComplete' : 'OSBootStarted';
    case 'Installing':
    case 'Up':
      return 'OSRunning';
    case 'Dead':
      return 'OSBootStarted';
  }
}
