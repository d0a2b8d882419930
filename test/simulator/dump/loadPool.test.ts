import { expect } from 'chai';
import fc from 'fast-check';
import { fieldsOf } from '../../../src/datamodel/datamodel';
import {
  copyPool,
  LoadError,
  type LoadErrorKind,
  type LoadedPool,
  loadPool,
  makePool,
  toDatabase,
} from '../../../src/simulator/dump';
import { type Database, manifestValue, type Row, rowsOf } from '../../../src/xenapi/database/database';
import { readMap, writeMap } from '../../../src/xenapi/database/literals';
import { parseDatabase } from '../../../src/xenapi/database/parseDatabase';
import { printDatabase } from '../../../src/xenapi/database/printDatabase';
import { dumpFiles } from '../../xenapi/database/corpus';
import { all, expectBothSides, expectSound, guests, running } from './soundPool';

function madeDump(): Database {
  return toDatabase(makePool({ hosts: 2, vms: 6, release: { brand: 'XenServer', version: '6.1.0' } }));
}

/** A dump with rows of one table changed; `undefined` drops the row. */
function change(database: Database, table: string, edit: (row: Row, index: number) => Row | undefined): Database {
  const tables = database.tables.map((each) =>
    each.name === table ? { name: table, rows: each.rows.map(edit).filter((row) => row !== undefined) } : each,
  );
  return { ...database, tables };
}

function without(row: Row, ...names: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
}

function withKey(row: Row, field: string, key: string, value: string): Row {
  return { ...row, [field]: writeMap([...readMap(row[field] ?? '()').filter(([name]) => name !== key), [key, value]]) };
}

function refusal(dump: Database): LoadErrorKind {
  try {
    loadPool(dump);
  } catch (error) {
    if (error instanceof LoadError) return error.kind;
    throw error;
  }
  throw new Error('it was accepted');
}

/** What a person is told beyond the disks, which no dump knows. */
function told(pool: LoadedPool): readonly string[] {
  return pool.warnings.filter((warning) => !warning.startsWith('disks'));
}

describe('a pool loaded from a dump', () => {
  for (const { name, text } of dumpFiles('the loading of dumps')) {
    it(`${name} is sound, and every host and guest of it is there`, () => {
      const dump = parseDatabase(text);
      const pool = loadPool(dump);
      expectSound(pool);
      expect(pool.hosts.map(({ ref }) => ref)).to.have.members(rowsOf(dump, 'host').map((row) => row['ref']));
      const rows = rowsOf(dump, 'VM').filter((row) => row['is_control_domain'] === 'true' || row['is_a_template'] === 'false');
      const loaded = all(pool.database, 'VM').filter((vm) => vm['is_control_domain'] === true || vm['is_a_template'] === false);
      expect(loaded.map((vm) => vm['uuid'])).to.include.members(rows.map((row) => row['uuid']));
      expect(pool.warnings.some((warning) => warning.startsWith('disks of the hosts made up'))).to.equal(true);
    });

    it(`${name}, loaded and written, has every row as it was, and beyond it only what was made up`, () => {
      const dump = parseDatabase(text);
      const pool = loadPool(dump);
      const written = toDatabase(pool);
      for (const { name: table, rows } of dump.tables) {
        const back = new Map(rowsOf(written, table).map((row) => [row['ref'], row]));
        for (const row of rows)
          expect({ ...back.get(row['ref']), ...without(row, '__mtime') }).to.deep.equal(back.get(row['ref']));
        if (back.size > rows.length) expect(told(pool)).not.to.deep.equal([]);
      }
      expect(loadPool(written).warnings.filter((warning) => warning.includes('made up'))).to.have.length(1);
    });

    it(`${name} has values of the datamodel's types`, () => {
      const { database } = loadPool(parseDatabase(text));
      for (const table of ['host', 'VM', 'VBD', 'VDI', 'SR', 'PIF', 'pool'])
        for (const record of all(database, table)) expectTyped(table, record);
    });

    it(`${name}, whatever it lacks, becomes a sound pool or is refused`, () => {
      const dump = parseDatabase(text);
      const columns = ['host', 'VM', 'PIF', 'VBD', 'SR', 'pool'].flatMap((table) =>
        [...new Set(rowsOf(dump, table).flatMap(Object.keys))].map((column) => [table, column] as const),
      );
      const tables = dump.tables.map((table) => table.name).filter((table) => table !== 'pool' && table !== 'host');
      let sound = 0;
      fc.assert(
        fc.property(fc.subarray(columns, { maxLength: 8 }), fc.subarray(tables, { maxLength: 3 }), (lostColumns, lostTables) => {
          const kept: Database = { ...dump, tables: dump.tables.filter(({ name: table }) => !lostTables.includes(table)) };
          const less = lostColumns.reduce(
            (before, [table, column]) => change(before, table, (row) => without(row, column)),
            kept,
          );
          try {
            expectSound(loadPool(less));
            sound += 1;
          } catch (error) {
            if (!(error instanceof LoadError)) throw error;
          }
        }),
        { numRuns: 25 },
      );
      expect(sound).to.be.greaterThan(5);
    });
  }

  it('needs nothing made up when the dump has everything', () => {
    const pool = loadPool(parseDatabase(printDatabase(madeDump())));
    expectSound(pool);
    expectBothSides(pool);
    expect(told(pool)).to.deep.equal([]);
  });

  it('has what the dump lacks made up, and says so', () => {
    const lacks: readonly (readonly [table: string, drop: (row: Row) => Row | undefined, word: string])[] = [
      ['host_metrics', () => undefined, 'memory_total'],
      ['host_metrics', (row) => without(row, 'memory__free'), 'memory_free'],
      ['host_metrics', (row) => ({ ...row, live: 'false' }), 'live'],
      ['VM', (row) => (row['is_control_domain'] === 'true' ? undefined : row), 'control domain'],
      ['VM', (row) => without(row, 'memory__static_max'), 'memory'],
      ['VM', (row) => withKey(row, 'current_operations', 'OpaqueRef:task', 'clean_reboot'), 'under way'],
      ['VM_metrics', () => undefined, 'VM metrics'],
      ['VM_guest_metrics', () => undefined, 'guest metrics'],
      ['PIF', () => undefined, 'management interface'],
      ['PIF', (row) => ({ ...row, management: 'false' }), 'management interface'],
      ['host', (row) => without(row, 'address'), 'address'],
      ['host', (row) => ({ ...row, address: '10.0.0.1' }), 'address'],
      ['host', (row) => ({ ...row, other_config: '()' }), 'boot_time'],
      ['host', (row) => without(row, 'name__label'), 'name_label'],
      ['pool', (row) => without(row, 'uuid'), 'uuid'],
      ['pool', (row) => withKey(row, 'other_config', 'rolling_upgrade_in_progress', 'true'), 'rolling_upgrade_in_progress'],
    ];
    for (const [table, drop, word] of lacks) {
      const pool = loadPool(change(madeDump(), table, drop));
      expectSound(pool);
      expect(told(pool).join('\n'), `${table}: ${word}`).to.include(word);
    }
  });

  it('becomes the same pool every time', () => {
    const dump = change(
      change(madeDump(), 'host_metrics', () => undefined),
      'VM',
      (row) => (row['is_control_domain'] === 'true' ? undefined : row),
    );
    expect(printDatabase(toDatabase(loadPool(dump)))).to.equal(printDatabase(toDatabase(loadPool(dump))));
  });

  it('takes a guest that runs nowhere for halted, and in a pool of one for running there', () => {
    const lost = (row: Row): Row => (row['is_control_domain'] === 'true' ? row : { ...row, resident_on: 'OpaqueRef:gone' });
    expect(running(loadPool(change(madeDump(), 'VM', lost)).database)).to.deep.equal([]);
    const one = toDatabase(makePool({ hosts: 1, vms: 4, release: { brand: 'XenServer', version: '6.1.0' } }));
    expect(running(loadPool(change(one, 'VM', lost)).database)).to.have.length(3);
  });

  it('works sets out from references where the rows do not have them', () => {
    const bare = ['host', 'SR', 'VM', 'VDI', 'network'].reduce(
      (dump, table) => change(dump, table, (row) => without(row, 'PBDs', 'PIFs', 'VDIs', 'VBDs', 'VIFs', 'resident_VMs')),
      madeDump(),
    );
    expectBothSides(loadPool(bare));
  });

  it('leaves out a value that is none of its type, says so, and writes it back as it was', () => {
    const broken = change(madeDump(), 'VM', (row) => ({ ...row, allowed_operations: "('start' 'clone' ", VCPUs__max: 'two' }));
    const pool = loadPool(broken);
    expectSound(pool);
    expect(guests(pool.database)[0]!['allowed_operations']).to.equal(undefined);
    expect(told(pool).join()).to.include('VCPUs_max').and.to.include('allowed_operations');
    expect(rowsOf(toDatabase(pool), 'VM')).to.deep.equal(rowsOf(broken, 'VM'));
  });

  it('keeps fields and tables that no class knows', () => {
    const dump = change(madeDump(), 'SR', (row) => ({ ...row, default_vdi_visibility: 'true' }));
    const odd: Database = { ...dump, tables: [...dump.tables, { name: 'oracle', rows: [{ ref: 'x', answer: '42' }] }] };
    const written = toDatabase(loadPool(odd));
    expect(rowsOf(written, 'oracle')).to.deep.equal([{ ref: 'x', answer: '42' }]);
    expect(rowsOf(written, 'SR').map((row) => row['default_vdi_visibility'])).to.deep.equal(rowsOf(odd, 'SR').map(() => 'true'));
  });

  it('writes what changed since, under the names the dump has', () => {
    const pool = loadPool(madeDump());
    const [ref] = [...pool.database.records('VM')].find(([, vm]) => vm['power_state'] === 'Halted')!;
    pool.database.update('VM', ref, { name_label: 'renamed  twice', memory_target: 5, tags: ["it's"] });
    pool.database.create('message', 'OpaqueRef:m', { uuid: 'm', name: 'HA_STATEFILE_LOST', priority: 1 });
    const written = parseDatabase(printDatabase(toDatabase(pool)));
    const row = rowsOf(written, 'VM').find((each) => each['ref'] === ref)!;
    expect([row['name__label'], row['memory__target'], row['tags']]).to.deep.equal([
      'renamed  twice',
      '5',
      String.raw`('it\'s')`,
    ]);
    expect(rowsOf(written, 'message')).to.have.length(1);
    expect(Number(manifestValue(written, 'generation_count'))).to.be.greaterThan(
      Number(manifestValue(madeDump(), 'generation_count')),
    );
  });

  it('shows a copy that lives a life of its own', () => {
    const pool = loadPool(madeDump());
    const copy = copyPool(pool);
    const [ref] = [...pool.database.records('VM').keys()];
    copy.database.update('VM', ref!, { name_label: 'other' });
    expect(pool.database.get('VM', ref!)!['name_label']).not.to.equal('other');
    expectSound(copy);
    expect(printDatabase(toDatabase(copyPool(pool)))).to.equal(printDatabase(toDatabase(pool)));
  });
});

describe('the release of a loaded pool', () => {
  function placed(keys: Readonly<Record<string, string>>, manifest: Database['manifest']): LoadedPool {
    const dump = change(madeDump(), 'host', (row) => ({ ...row, software_version: writeMap(Object.entries(keys)) }));
    return loadPool({ ...dump, manifest });
  }
  const schema = (minor: number): Database['manifest'] => [
    ['schema_major_vsn', '5'],
    ['schema_minor_vsn', String(minor)],
  ];

  it('is that of the hosts, or the manifest where they have none', () => {
    expect(placed({ product_version: '5.9.950', product_brand: 'Rio' }, schema(63)).release).to.deep.equal({
      brand: 'XenServer',
      version: '5.9.950',
    });
    expect(
      placed({}, [
        ['product_version', '5.5.0'],
        ['product_brand', 'XenServer'],
      ]).release,
    ).to.deep.equal({ brand: 'XenServer', version: '5.5.0' });
    expect(placed({ product_version: '8.2.1', product_brand: 'XCP-ng' }, []).release).to.deep.equal({
      brand: 'XCP-ng',
      version: '8.2.1',
    });
    expect(placed({ product_version: '8.0.0', product_brand: 'Citrix Hypervisor' }, []).release).to.deep.equal({
      brand: 'XenServer',
      version: '8.0.0',
    });
  });

  it('leaves it to the schema which XenAPI is served, one in between belonging to the next', () => {
    const served: readonly (readonly [number, string])[] = [
      [35, 'miami'],
      [36, 'orlando'],
      [55, 'orlando'],
      [57, 'george'],
      [58, 'midnight-ride'],
      [60, 'midnight-ride'],
      [61, 'cowley'],
      [62, 'boston'],
      [63, 'boston'],
      [64, 'tampa'],
      [66, 'tampa'],
      [67, 'clearwater'],
    ];
    for (const [minor, api] of served)
      expect(placed({ product_version: '6.0.0' }, schema(minor)).apiRelease, `schema 5.${minor}`).to.equal(api);
  });

  it('decides the XenAPI itself where the schema is newer or none', () => {
    expect(placed({ product_version: '7.6.0' }, schema(203)).apiRelease).to.equal('lima');
    expect(placed({ product_version: '5.6.100' }, []).apiRelease).to.equal('cowley');
  });

  it('is told by a dump written after an upgrade of the master', () => {
    const pool = loadPool(madeDump());
    const version = { product_version: '7.6.0', product_brand: 'XenServer', platform_version: '2.7.0', xapi: '1.18' };
    for (const { ref } of pool.hosts) pool.database.update('host', ref, { software_version: version });
    const after = loadPool(parseDatabase(printDatabase(toDatabase(pool))));
    expect([after.release.version, after.apiRelease]).to.deep.equal(['7.6.0', 'lima']);
  });

  it('warns of a dump that was taken on a member', () => {
    expect(told(placed({ product_version: '6.0.0' }, [['pool_conf', 'slave:10.0.0.7']])).join()).to.include('slave:10.0.0.7');
    expect(told(placed({ product_version: '6.0.0' }, [['pool_conf', 'master']]))).to.deep.equal([]);
  });
});

describe('a dump that cannot become a pool', () => {
  const other = (row: Row, index: number): Row =>
    index === 0 ? row : withKey(row, 'software_version', 'product_version', '6.2.0');
  const cases: readonly (readonly [what: string, dump: () => Database, kind: LoadErrorKind])[] = [
    [
      'with a master that is no host of it',
      () => change(madeDump(), 'pool', (row) => ({ ...row, master: 'OpaqueRef:gone' })),
      'NoMaster',
    ],
    ['without any master', () => change(madeDump(), 'pool', (row) => without(row, 'master')), 'NoMaster'],
    [
      'with a reference twice',
      () => change(madeDump(), 'SR', (row) => ({ ...row, ref: 'OpaqueRef:x', _ref: 'OpaqueRef:x' })),
      'DuplicateReference',
    ],
    ['with a uuid twice', () => change(madeDump(), 'host', (row) => ({ ...row, uuid: 'u' })), 'DuplicateReference'],
    ['with a row that has no reference', () => change(madeDump(), 'SR', (row) => without(row, 'ref', '_ref')), 'NoReference'],
    [
      'with two pools',
      () => ({
        ...madeDump(),
        tables: madeDump().tables.map((each) => (each.name === 'pool' ? { ...each, rows: [...each.rows, { ref: 'p2' }] } : each)),
      }),
      'ManyPools',
    ],
    ['with hosts of two versions', () => change(madeDump(), 'host', other), 'AlreadyMixed'],
    ['of no version', () => change(madeDump(), 'host', (row) => without(row, 'software_version')), 'UnknownRelease'],
    [
      'of a version older than any known',
      () => change(madeDump(), 'host', (row) => withKey(row, 'software_version', 'product_version', '3.2.0')),
      'UnknownRelease',
    ],
  ];
  for (const [what, dump, kind] of cases) it(`${what} is refused as ${kind}`, () => expect(refusal(dump())).to.equal(kind));

  it('is bad input, but hosts of two versions are sound input that a rule forbids', () => {
    expect(new LoadError('AlreadyMixed', '').refused).to.equal(true);
    expect(new LoadError('NoMaster', '').refused).to.equal(false);
  });
});

function expectTyped(table: string, record: Readonly<Record<string, unknown>>): void {
  const types = new Map(fieldsOf(table).map((field) => [field.name, field.type]));
  for (const [name, value] of Object.entries(record)) {
    const type = types.get(name)!;
    const shape = type.endsWith(' set')
      ? 'array'
      : type.endsWith(' map')
        ? 'object'
        : type === 'int' || type === 'float'
          ? 'number'
          : type === 'bool'
            ? 'boolean'
            : 'string';
    expect(value, `${table}.${name}`).to.be.an(shape);
  }
}
