// Where certificates are pinned, a member's new one is learnt from the master, which is trusted already: after each start of the member's agent it is
// asked which certificate that host has now. Releases that cannot say are asked once per login. The master's own is learnt from nobody.
import { X509Certificate } from 'node:crypto';
import type { Log } from '../../foundation/log';
import type { Host, Pool } from '../../plan/pool';
import type { XapiClient } from '../../xenapi/client';
import { XapiError } from '../../xenapi/error';
import { type Records, refOf } from './records';

export class CertificateLearner {
  /** Start of the agent whose certificate was learnt, by host uuid. */
  private readonly learnt = new Map<string, string>();
  private unable: number | undefined;

  constructor(
    private readonly client: XapiClient,
    private readonly log: Log,
  ) {}

  /** Asks about the members that started since the last look. What cannot be learnt now is tried at the next. */
  async look(pool: Pool, records: Records): Promise<void> {
    if (!this.client.pinned || this.unable === this.client.logins) return;
    for (const host of pool.hosts) {
      const ref = refOf(records, 'host', host.uuid);
      if (ref === undefined || !this.isNews(host)) continue;
      const outcome = await this.learn(ref, host.address);
      if (outcome === 'NobodyAnswers') return;
      if (outcome === 'Learnt') this.learnt.set(host.uuid, startOf(host));
    }
  }

  private isNews(host: Host): boolean {
    return !host.master && host.live && this.learnt.get(host.uuid) !== startOf(host);
  }

  /** `NobodyAnswers`: nor will anybody for the next host. */
  private async learn(ref: string, address: string): Promise<'Learnt' | 'NotThisOne' | 'NobodyAnswers'> {
    try {
      const pem = await this.client.call<string>('host.get_server_certificate', [ref]);
      this.client.trust(address, new X509Certificate(pem).fingerprint256);
      return 'Learnt';
    } catch (error) {
      this.log.debug('certificate not learnt', { address, error: error instanceof Error ? error.message : String(error) });
      if (!(error instanceof XapiError)) return 'NotThisOne';
      if (error.kind === 'ApiAge') this.unable = this.client.logins;
      return error.kind === 'Refused' || error.kind === 'StaleHandle' ? 'NotThisOne' : 'NobodyAnswers';
    }
  }
}

function startOf({ agentStartTime }: Host): string {
  return agentStartTime ?? '';
}
