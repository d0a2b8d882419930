// `xenpool backup`: what databases of pools are kept beside the objects in a cluster, and one of them as a file, proved whole before it is given out.
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { POOL_UPGRADES } from '../api/poolUpgrade';
import { DatabaseError } from '../xenapi/database/databaseError';
import { rowsOf } from '../xenapi/database/database';
import { parseDatabase } from '../xenapi/database/parseDatabase';
import { type Cluster, type ClusterFlags, inCluster, inWords, withClusterFlags } from './clusterFlags';
import { BackupTrouble, fetchBackup, listBackups } from './keptBackups';
import type { Output } from './output';
import { table } from './printReport';

interface Options extends ClusterFlags {
  readonly run?: string;
  readonly file?: string;
}

const HELP = `
The dumps are what \`xe pool-dump-database\` writes. They lie in Secrets, because a pool's database holds what opens its storage: whoever may list Secrets in
the namespace may read them, nobody else. A dump on a volume is not read; it is said where it lies. docs/backup.md tells how one is restored.

Exit codes: 0 well, 1 a defect of ours, 2 bad flags, nothing there, not whole, or no right to read it.

Examples:
  xenpool backup list -n ops
  xenpool backup get rack7 -n ops > rack7.xml
  xenpool backup get rack7 -n ops --run 0b55c1f2-… --file rack7.xml`;

export function backupCommand(output: Output, finish: (code: number) => void): Command {
  const list = withClusterFlags(new Command('list'))
    .description('list the backups of a namespace, the newest first')
    .action(async (options: Options) => finish(await attempt(options, output, (cluster) => tellAll(cluster, output))));
  const get = withClusterFlags(new Command('get'))
    .description('write the backup of a PoolUpgrade on stdout, or into a file, after it was read back')
    .argument('<name>', 'name of the PoolUpgrade')
    .option('--run <id>', 'an earlier run of it; default: the one its status tells of')
    .option('--file <file>', 'write it there, readable by you alone; default: on stdout')
    .action(async (name: string, options: Options) =>
      finish(await attempt(options, output, (cluster) => giveOut(cluster, name, options, output))),
    );
  return new Command('backup')
    .description('List the database backups in a cluster, and fetch one.')
    .addCommand(list)
    .addCommand(get)
    .addHelpText('after', HELP);
}

async function attempt(flags: ClusterFlags, output: Output, work: (cluster: Cluster) => Promise<void>): Promise<number> {
  try {
    await inCluster(flags, work);
    return 0;
  } catch (error) {
    const known = error instanceof BackupTrouble || error instanceof DatabaseError;
    output.err(`xenpool backup: ${known ? error.message : inWords(error)}\n`);
    return 2;
  }
}

async function tellAll({ api, namespace }: Cluster, output: Output): Promise<void> {
  const backups = await listBackups(api, namespace);
  const rows = backups.map((kept) => [kept.takenAt, kept.pool, kept.run, kept.hosts, kept.vms, kept.srs, kept.parts]);
  for (const line of table(['TAKEN', 'POOL', 'RUN', 'HOSTS', 'VMS', 'SRS', 'SECRETS'], rows)) output.out(`${line}\n`);
}

async function giveOut({ api, namespace }: Cluster, name: string, { run, file }: Options, output: Output): Promise<void> {
  const object = await api.get<PoolUpgrade>(POOL_UPGRADES, namespace, name);
  const { text, sha256 } = await fetchBackup(api, namespace, object, run);
  const dump = parseDatabase(text);
  const count = (table: string): number => rowsOf(dump, table).length;
  if (file === undefined) output.out(text);
  else writeDump(file, text);
  output.err(`SHA-256 ${sha256}; ${count('host')} hosts, ${count('VM')} VMs, ${count('SR')} SRs\n`);
}

function writeDump(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 });
  } catch (error) {
    throw new BackupTrouble(`--file ${file}: cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}
