// What a host does by itself once it has booted: start the VMs that are marked for it, whoever else may be about to. Errors are ignored, as the script
// in dom0 ignores them.
import { ApiError } from './apiError';
import { map, text } from './recordFields';
import { start } from './vmPowerCalls';
import type { Xapi } from './xapi';

const KEY = 'auto_poweron';

export function startMarkedGuests(xapi: Xapi): void {
  if (map(xapi.hosts.pool().record, 'other_config')[KEY] !== 'true') return;
  const marked = xapi.guests
    .all()
    .filter(({ record }) => map(record, 'other_config')[KEY] === 'true' && text(record, 'power_state') === 'Halted');
  for (const { ref } of marked) {
    start(xapi, { task: xapi.newRef(), cause: { by: 'xapi' } }, { vm: ref, host: undefined, paused: false }).catch(
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
      },
    );
  }
}
