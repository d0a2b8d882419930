// The same input is the same run, byte for byte, whoever carries the messages; every effect is written down before it is sent; nothing secret is left
// lying about; and the status is written sparingly.
import { expect } from 'chai';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { readState } from '../../src/controller/store/status';
import type { Log } from '../../src/foundation/log';
import { crashEverywhere } from '../../src/rehearsal/crashEverywhere';
import type { RehearsalReport } from '../../src/rehearsal/report';
import { performRun, type RunOptions } from '../../src/rehearsal/run';
import type { XapiTransport } from '../../src/xenapi/transport';
import { methodOf, PASSWORD } from './hand';
import { type Case, expectSuccess, mustBeReady, simulate, tellRun, XS } from './rig';

const json = (report: RehearsalReport): string => JSON.stringify(report, undefined, 2);

/** What does not depend on how often was asked and how long an answer took. */
function essence(report: RehearsalReport): unknown {
  const { requests: _requests, timeline: _timeline, virtualSeconds: _seconds, invariants, ...rest } = report;
  return { ...rest, violated: invariants.violated };
}

describe('one input', () => {
  for (const given of [
    { pool: { hosts: 3, vms: 9 } },
    { faults: ['installer-fails@member', 'reset-mid-call'] },
  ] as readonly Case[]) {
    it(`gives one report, byte for byte: ${JSON.stringify(given)}`, async () => {
      const first = await simulate({ ...given, seed: 7 });
      const second = await simulate({ ...given, seed: 7 });
      expect(json(second.report)).to.equal(json(first.report));
    });
  }

  it('comes to the same end whatever the seed', async () => {
    for (const seed of [2, 3, 4]) expectSuccess(await simulate({ seed }), seed);
  });

  it('comes to the same end in either dialect', async () => {
    const inJson = await simulate({ pool: { hosts: 2, vms: 5 } });
    const inXml = await simulate({ pool: { hosts: 2, vms: 5 } }, { dialect: 'xml' });
    expect(essence(inXml.report)).to.deep.equal(essence(inJson.report));
  });
});

describe('the status', () => {
  for (const [hosts, vms] of [
    [1, 16],
    [2, 40],
    [5, 40],
    [8, 40],
  ] as const) {
    it(`of ${hosts} hosts with ${vms} VMs is written at most 14 times a host and once per 16 VMs`, async () => {
      const run = await simulate({ pool: { hosts, vms } });
      expectSuccess(run);
      expect(run.report.requests.statusWrites).to.be.at.most(14 * hosts + Math.ceil(vms / 16));
    });
  }
});

/** Which effects of the journal a call may carry out. Housekeeping around an effect (marks, options, SR scans) belongs to the effect beside it. */
const EFFECTS: Readonly<Record<string, readonly string[]>> = {
  'VM.pool_migrate': ['Migrate'],
  'VM.suspend': ['Suspend'],
  'VM.clean_shutdown': ['CleanShutdown'],
  'VM.hard_shutdown': ['HardShutdown'],
  'VM.start': ['Start'],
  'VM.start_on': ['Start'],
  'VM.resume': ['Start'],
  'VM.resume_on': ['Start'],
  'VBD.eject': ['EjectCd'],
  'VBD.insert': ['InsertCd'],
  'host.disable': ['DisableHost'],
  'host.enable': ['EnableHost'],
  'host.reboot': ['RebootHost'],
  'host.shutdown': ['ShutdownHost'],
  'host.call_plugin': ['StageInstaller'],
  'host.restart_agent': ['RestartAgent'],
  'pool.sync_database': ['SyncDatabase'],
  'pool.disable_ha': ['DisableHa'],
  'pool.enable_ha': ['EnableHa'],
  'pool.add_to_other_config': ['ClaimPool', 'SetAutoPoweron'],
  'pool.remove_from_other_config': ['ReleasePool', 'SetAutoPoweron'],
};

interface Watched {
  readonly options: RunOptions;
  /** Calls that no journal entry stored before them announces. */
  readonly unannounced: string[];
  readonly seen: Set<string>;
}

function watchIntents(): Watched {
  const unannounced: string[] = [];
  const seen = new Set<string>();
  let intended: readonly string[] = [];
  const onObject = (object: PoolUpgrade): void => {
    intended = readState(object)?.journal?.items.map(({ effect }) => effect) ?? [];
  };
  const look = (body: string): void => {
    const method = methodOf(body);
    const effects = EFFECTS[method];
    if (effects === undefined || (method === 'host.call_plugin' && !/"main"/.test(body))) return;
    seen.add(method);
    if (!effects.some((effect) => intended.includes(effect)))
      unannounced.push(`${method} while [${intended.join(', ')}] was announced`);
  };
  const transport = (inner: XapiTransport): XapiTransport => ({
    ...inner,
    post(host, path, body, signal) {
      look(body);
      return inner.post(host, path, body, signal);
    },
    get: (host, path, signal) => inner.get(host, path, signal),
  });
  return { options: { onObject, transport }, unannounced, seen };
}

describe('every effect', () => {
  for (const faults of [
    [],
    ['installer-fails@member'],
    ['installer-fails@master'],
    ['reset-mid-call:times=4'],
  ] as readonly (readonly string[])[]) {
    it(`stands in the stored journal before it is sent, with faults [${faults.join(' ')}]`, async () => {
      const { options, unannounced, seen } = watchIntents();
      const run = await simulate({ faults }, options);
      expect(unannounced, tellRun(run)).to.deep.equal([]);
      expect([...seen]).to.include.members([
        'host.disable',
        'host.call_plugin',
        'host.reboot',
        'pool.add_to_other_config',
        'VM.pool_migrate',
      ]);
    });
  }
});

describe('secrets', () => {
  it('stand in no stored object but Secrets, no log line and no report', async () => {
    const texts: string[] = [];
    const sessions = new Set<string>();
    const line =
      (level: string) =>
      (event: string, fields: object = {}): void =>
        void texts.push(`${level} ${event} ${JSON.stringify(fields)}`);
    const log: Log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
    const transport = (inner: XapiTransport): XapiTransport => ({
      async post(host, path, body, signal) {
        const answer = await inner.post(host, path, body, signal);
        const ref = methodOf(body) === 'session.login_with_password' ? /OpaqueRef:[0-9a-f-]+/.exec(answer.body) : null;
        if (ref !== null) sessions.add(ref[0]);
        return answer;
      },
      get: (host, path, signal) => inner.get(host, path, signal),
    });
    const options: RunOptions = { log: () => log, transport, onObject: (object) => void texts.push(JSON.stringify(object)) };
    const faults = ['reset-mid-call', 'installer-fails@member', 'agent-restarts@master:after=60'];
    const run = await simulate({ faults }, options);
    texts.push(json(run.report));
    expect(sessions.size).to.be.greaterThan(0);
    expect(texts.length).to.be.greaterThan(20);
    for (const secret of [...sessions, `"${PASSWORD}"`, Buffer.from(PASSWORD).toString('base64')])
      expect(
        texts.find((text) => text.includes(secret)),
        secret,
      ).to.equal(undefined);
  });
});

describe('a controller that dies', () => {
  // A third of the points of each pool: the whole is a command, `--fault controller-crashes:at=every`.
  const sampled = async (given: Case, every: number): Promise<readonly string[]> => {
    const prepared = mustBeReady(given);
    const first = await performRun(prepared);
    const points = Array.from({ length: 2 * first.stage.changes() }, (_unused, index) => index + 1).filter(
      (point) => point % every === 1,
    );
    const { crashes } = await crashEverywhere(prepared, first, points);
    expect(crashes?.points).to.equal(points.length);
    return crashes?.differing.map(({ point, what }) => `point ${point}: ${what}`) ?? ['nothing was compared'];
  };

  it('leaves no trace in the end, whenever it dies', async () => {
    expect(await sampled({ pool: { hosts: 2, vms: 4 } }, 3)).to.deep.equal([]);
  });

  it('leaves no trace in the end of a run whose member fails once', async () => {
    expect(await sampled({ pool: { hosts: 2, vms: 3 }, faults: ['installer-fails@member'] }, 7)).to.deep.equal([]);
  });

  it('leaves no trace in the end of a run whose master fails', async () => {
    expect(await sampled({ pool: { hosts: 2, vms: 3 }, faults: ['installer-fails@master'] }, 6)).to.deep.equal([]);
  });

  it('leaves no trace in the end of an upgrade by hand', async () => {
    const given = { pool: { hosts: 2, vms: 2, release: XS('5.0.0') }, target: XS('5.5.0') };
    expect(await sampled(given, 17)).to.deep.equal([]);
  });
});

describe('a run that comes to the same end in another way', () => {
  const pool = { hosts: 2, vms: 2 };
  const compared = async (given: Case): Promise<readonly string[]> => {
    const plain = await performRun(mustBeReady({ pool }));
    const { crashes } = await crashEverywhere(mustBeReady({ pool, ...given }), plain, [1]);
    return crashes?.differing.map(({ what }) => what) ?? ['nothing was compared'];
  };

  it('is told apart by an attempt more', async () => {
    const given = { faults: ['installer-fails@member'] };
    expect(await compared(given)).to.deep.equal(['attempts at xs-02: expected 1, found 2']);
  });

  it('is told apart by a person who had to help', async () => {
    const given = { bootMethod: 'Manual' } as const;
    expect(await compared(given)).to.deep.equal(['person at xs-01: expected not asked, found asked to boot it']);
  });
});
