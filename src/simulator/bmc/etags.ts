// ETags of a simulated BMC: a new one whenever a resource reads differently, and the conditions under which it may be written.
import type { BmcResponse } from '../../bmc/transport';
import { refuse } from './answers';
import type { BmcProfile } from './profile';

export class Etags {
  private readonly seen = new Map<string, { text: string; version: number }>();

  constructor(private readonly profile: BmcProfile) {}

  /** Empty where the family has none. */
  of(path: string, text: string): string {
    const { form } = this.profile.etags;
    if (form === 'none') return '';
    const known = this.seen.get(path);
    if (known === undefined) this.seen.set(path, { text, version: 1 });
    else if (known.text !== text) this.seen.set(path, { text, version: known.version + 1 });
    const tag = `"${this.seen.get(path)!.version}"`;
    return form === 'weak' ? `W/${tag}` : tag;
  }

  /** Why a PATCH with this condition is not carried out; undefined when it is. */
  objection(path: string, text: string, ifMatch: string | undefined): BmcResponse | undefined {
    const { form, required, refused, strongOnly } = this.profile.etags;
    if (ifMatch === undefined) return required && form !== 'none' ? this.complain(428, 'PreconditionRequired') : undefined;
    if (refused) return this.complain(412, 'PreconditionFailed');
    if (ifMatch === '*' || form === 'none') return undefined;
    const current = this.of(path, text);
    const strong = current.replace(/^W\//, '');
    return (strongOnly ? [strong] : [current, strong]).includes(ifMatch) ? undefined : this.complain(412, 'PreconditionFailed');
  }

  private complain(status: number, id: string): BmcResponse {
    return refuse(this.profile, { status, id, text: 'The ETag supplied did not match, or is missing.' });
  }
}
