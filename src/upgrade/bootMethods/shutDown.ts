// How a host goes that does not reboot into its installer by itself: it shuts down, and what was known of it then is remembered.
import { act, type Decision, type HostSituation } from '../decision';
import { onHost } from '../host/item';
import { exhausted } from '../sight';
import { type Evidence, withEvidence } from '../state';

export function shutDown({ host, state }: HostSituation, evidence: Evidence): Decision {
  const sentence = `host ${host.name} does not shut down`;
  const refused = exhausted(state, { object: host, effect: 'ShutdownHost', times: 3, reason: 'ShutdownRefused', sentence });
  return refused ?? act([onHost('ShutdownHost', host)], (before) => withEvidence(before, host.uuid, evidence));
}
