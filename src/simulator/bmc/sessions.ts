// Who may ask: sessions, as many as the family allows and for as long as they are used, or user and password with each request.
import type { Clock } from '../../foundation/clock';
import { type Random, uuid } from '../../foundation/random';
import type { BmcRequest, BmcResponse } from '../../bmc/transport';
import { DONE, type Json, refuse, resource } from './answers';
import type { BmcProfile } from './profile';

export const SESSIONS = '/redfish/v1/SessionService/Sessions';
const IDLE_MS = 1_800_000;

export interface BmcCredentials {
  readonly username: string;
  readonly password: string;
}

interface Session {
  readonly token: string;
  usedAt: number;
}

export class BmcSessions {
  private readonly open = new Map<string, Session>();
  private made = 0;

  constructor(
    private readonly profile: BmcProfile,
    private readonly credentials: BmcCredentials,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  get count(): number {
    this.expire();
    return this.open.size;
  }

  /** Undefined when the request may go on. */
  objection({ headers }: BmcRequest): BmcResponse | undefined {
    const token = headers['x-auth-token'];
    const basic = headers['authorization'];
    if (token !== undefined && basic !== undefined) return this.unauthorised('GeneralError', 'Two logins at once.');
    if (token !== undefined)
      return this.knows(token) ? undefined : this.unauthorised('NoValidSession', 'There is no such session.');
    const { username, password } = this.credentials;
    const right = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    return basic === right ? undefined : this.unauthorised('ResourceAtUriUnauthorized', 'Wrong user or password.');
  }

  create(body: Json): BmcResponse {
    const { sessions } = this.profile;
    const domain = (body['Oem'] as { readonly Huawei?: { readonly Domain?: unknown } } | undefined)?.Huawei?.Domain;
    const right = body['UserName'] === this.credentials.username && body['Password'] === this.credentials.password;
    if (!right || (sessions.domain && domain !== 'LocaliBMC'))
      return this.unauthorised(sessions.domain ? 'AuthorizationFailed' : 'ResourceAtUriUnauthorized', 'The login failed.');
    if (this.count >= sessions.limit)
      return refuse(this.profile, { ...sessions.full, text: 'The maximum number of user sessions is reached.' });
    const id = String(++this.made);
    const token = uuid(this.random).replaceAll('-', '');
    this.open.set(id, { token, usedAt: this.clock.now() });
    const uri = `${SESSIONS}/${id}`;
    const headers = { 'x-auth-token': token, ...(sessions.location ? { location: uri } : {}) };
    return resource(this.render(id), headers, 201);
  }

  end(id: string): BmcResponse | undefined {
    return this.open.delete(id) ? DONE : undefined;
  }

  list(): Json {
    this.expire();
    const members = [...this.open.keys()].map((id) => ({ '@odata.id': `${SESSIONS}/${id}` }));
    return { '@odata.id': SESSIONS, Name: 'Sessions', Members: members, 'Members@odata.count': members.length };
  }

  session(id: string): Json | undefined {
    return this.open.has(id) ? this.render(id) : undefined;
  }

  /** As after a restart of the BMC. */
  endAll(): void {
    this.open.clear();
  }

  private render(id: string): Json {
    return { '@odata.id': `${SESSIONS}/${id}`, Id: id, Name: 'Session', UserName: this.credentials.username };
  }

  private knows(token: string): boolean {
    this.expire();
    const session = [...this.open.values()].find((one) => one.token === token);
    if (session !== undefined) session.usedAt = this.clock.now();
    return session !== undefined;
  }

  private expire(): void {
    const now = this.clock.now();
    for (const [id, { usedAt }] of this.open) if (now - usedAt > IDLE_MS) this.open.delete(id);
  }

  private unauthorised(id: string, text: string): BmcResponse {
    return refuse(this.profile, { status: 401, id, text, headers: { 'www-authenticate': 'Basic realm="BMC"' } });
  }
}
