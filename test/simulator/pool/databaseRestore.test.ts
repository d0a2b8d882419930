import { expect } from 'chai';
import { performRun, type Run } from '../../../src/rehearsal/run';
import { storedBackups } from '../../../src/rehearsal/storedBackups';
import type { Stage } from '../../../src/rehearsal/stage';
import { rowsOf } from '../../../src/xenapi/database/database';
import { parseDatabase } from '../../../src/xenapi/database/parseDatabase';
import { printDatabase } from '../../../src/xenapi/database/printDatabase';
import type { XapiResponse } from '../../../src/xenapi/transport';
import { mustBeReady, XS } from '../../simulation/rig';

const NEVER = new AbortController().signal;
const LIMIT = 24 * 3_600_000;

/** A pool whose master was lost in its upgrade: `installer-fails` after the point of no return. */
async function lost(): Promise<{ readonly run: Run; readonly backup: string; readonly hand: Hand }> {
  const faults = ['installer-fails@master:stage=after-format'];
  const run = await performRun(mustBeReady({ pool: { hosts: 3, vms: 9, release: XS('6.2.0') }, faults }));
  expect(run.report.outcome, run.report.message).to.equal('Halted');
  const [backup] = storedBackups(run.stage.secrets());
  return { run, backup: backup!, hand: new Hand(run.stage) };
}

/** A person with a browser and a telephone: speaks to single hosts, and waits. */
class Hand {
  constructor(private readonly stage: Stage) {}

  get hosts(): readonly { readonly uuid: string; readonly name: string }[] {
    return this.stage.reader.hosts();
  }

  get master(): string {
    return this.hosts[0]!.uuid;
  }

  async while<T>(work: Promise<T>): Promise<T> {
    let over = false;
    void work.then(
      () => (over = true),
      () => (over = true),
    );
    await this.stage.clock.run(() => over, LIMIT);
    return work;
  }

  async minutes(count: number): Promise<void> {
    let over = false;
    this.stage.clock.after(count * 60_000, () => (over = true));
    await this.stage.clock.run(() => over, LIMIT);
  }

  ask(
    host: string,
    method: string,
    params: readonly unknown[],
  ): Promise<{ readonly result?: unknown; readonly error?: { readonly message: string } }> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const sent = this.stage.world.serve(host, { method: 'POST', path: '/jsonrpc', body }, NEVER);
    return this.while(sent).then(({ body: text }) => JSON.parse(text) as { readonly result?: unknown });
  }

  async session(): Promise<string> {
    const said = await this.ask(this.master, 'session.login_with_password', ['root', 'simulated', '1.0', 'a person']);
    return String(said.result);
  }

  async restore(dump: string, dryRun: boolean, session?: string): Promise<XapiResponse> {
    const id = session ?? (await this.session());
    const path = `/pool/xmldbdump?session_id=${id}&dry_run=${String(dryRun)}`;
    return this.while(this.stage.world.serve(this.master, { method: 'PUT', path, body: dump }, NEVER));
  }

  /** Installs the old release afresh on the master, and waits until it serves. */
  async reinstall(version: string): Promise<void> {
    this.stage.world.reinstall(this.master, XS(version));
    await this.minutes(20);
  }

  /** Uuids by class, as the pool tells them; control domains, templates and snapshots with the VMs. */
  async seen(): Promise<Readonly<Record<string, readonly string[]>>> {
    const session = await this.session();
    const uuids = async (cls: string): Promise<readonly string[]> => {
      const { result } = await this.ask(this.master, `${cls}.get_all_records`, [session]);
      return Object.values(result as Record<string, { uuid: string }>)
        .map(({ uuid }) => uuid)
        .sort();
    };
    return { host: await uuids('host'), VM: await uuids('VM'), SR: await uuids('SR') };
  }
}

const uuidsIn = (dump: string, cls: string): readonly string[] =>
  rowsOf(parseDatabase(dump), cls)
    .map((row) => row['uuid']!)
    .sort();
const inBackup = (dump: string): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(['host', 'VM', 'SR'].map((cls) => [cls, uuidsIn(dump, cls)]));

describe('restoring the pool database from the backup of a run whose master was lost', () => {
  it('brings back VMs and storage, and the hosts when they have joined again', async () => {
    const { run, backup, hand } = await lost();
    const expected = inBackup(backup);
    await hand.reinstall('6.2.0');
    const empty = await hand.seen();
    expect([empty['host'], empty['VM']!.length < expected['VM']!.length]).to.deep.equal([[hand.master], true]);

    expect((await hand.restore(backup, true)).status).to.equal(200);
    expect(await hand.seen(), 'a dry run changes nothing').to.deep.equal(empty);

    const boots = run.stage.world.machines.get(hand.master)!.bootedAt;
    expect((await hand.restore(backup, false)).status).to.equal(200);
    await hand.minutes(20);
    expect(run.stage.world.machines.get(hand.master)!.bootedAt, 'the host reboots').to.be.greaterThan(boots);
    const restored = await hand.seen();
    expect(restored['SR']).to.deep.equal(expected['SR']);
    expect(restored['host'], 'the others are not of the pool before they join').to.deep.equal([hand.master]);

    const others = expected['host']!.filter((uuid) => uuid !== hand.master);
    const hello = await hand.ask(others[0]!, 'session.login_with_password', ['root', 'simulated', '1.0', 'a person']);
    expect(hello.error?.message).to.equal('HOST_UNKNOWN_TO_MASTER');
    for (const host of others) run.stage.world.joinAgain(host);
    await hand.minutes(20);
    expect(await hand.seen()).to.deep.equal(expected);
    const { result } = await hand.ask(hand.master, 'VM.get_all_records', [await hand.session()]);
    const guests = Object.entries(result as Record<string, Record<string, unknown>>).filter(
      ([, vm]) => vm['is_a_template'] !== true && vm['is_control_domain'] !== true,
    );
    // One that slept when the dump was taken sleeps still; nothing runs, whatever the dump says.
    const asleep = rowsOf(parseDatabase(backup), 'VM').filter((row) => row['power_state'] === 'Suspended').length;
    const states = guests.map(([, vm]) => String(vm['power_state'])).sort();
    expect(states).to.deep.equal(guests.map((_, index) => (index < guests.length - asleep ? 'Halted' : 'Suspended')));
    const halted = guests.find(([, vm]) => vm['power_state'] === 'Halted')!;
    const started = await hand.ask(hand.master, 'VM.start', [await hand.session(), halted[0], false, false]);
    expect(started.error).to.equal(undefined);
  });

  it('is refused, and changes nothing, where the dump does not fit', async () => {
    const { backup, hand } = await lost();
    await hand.reinstall('6.2.0');
    const before = await hand.seen();
    const dump = parseDatabase(backup);
    const manifest = dump.manifest.map(([key, value]): [string, string] => [key, key === 'schema_minor_vsn' ? '1' : value]);
    const devices = (change: (device: string) => string): string =>
      printDatabase({
        ...dump,
        tables: dump.tables.map((table) =>
          table.name !== 'PIF'
            ? table
            : { ...table, rows: table.rows.map((row) => ({ ...row, device: change(row['device'] ?? '') })) },
        ),
      });
    const cases: readonly (readonly [what: string, dump: string, words: RegExp])[] = [
      ['another schema', printDatabase({ ...dump, manifest }), /RESTORE_INCOMPATIBLE_VERSION/],
      ['no management device', devices((device) => `${device}9`), /RESTORE_TARGET_MGMT_IF_NOT_IN_BACKUP/],
      ['half a dump', backup.slice(0, backup.length / 2), /it ends inside/],
      ['the dummy of mixed mode', '<database><manifest/><table name="host"/></database>', /no pool in it/],
    ];
    for (const [what, text, words] of cases)
      for (const dryRun of [true, false]) {
        const { status, body } = await hand.restore(text, dryRun);
        expect([status, words.test(body)], `${what}: ${body}`).to.deep.equal([500, true]);
      }
    expect((await hand.restore(backup, false, 'OpaqueRef:none')).status).to.equal(401);
    expect(await hand.seen()).to.deep.equal(before);
  });

  it('is refused by a master that runs a newer release: the dump is of the old schema', async () => {
    const { backup, hand } = await lost();
    await hand.reinstall('7.6.0');
    expect((await hand.restore(backup, false)).body).to.contain('RESTORE_INCOMPATIBLE_VERSION');
  });
});
