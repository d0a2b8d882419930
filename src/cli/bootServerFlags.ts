// The flags of `xenpool boot-server` as they stand on the command line or in the environment, and what is made of them: each is looked at before anything is opened.
import { readFileSync, statSync } from 'node:fs';
import type { LogLevel } from '../telemetry/logger';
import { type ListenAddress, readAddress } from './addresses';
import type { ClusterFlags } from './cluster';
import { nameList } from './nameList';

export interface BootServerOptions extends ClusterFlags {
  readonly namespaces: string;
  readonly logLevel: LogLevel;
  readonly listen: string;
  readonly httpAddress: string;
  readonly keyFile?: string;
  readonly media?: string;
  readonly tftp?: string;
  readonly bootLoaders?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly caFile?: string;
  readonly pace?: string;
  readonly paceFrom?: string;
  readonly endWithStdin?: true;
}

export interface BootServerFlags {
  readonly keyFile: string;
  readonly listen: ListenAddress;
  readonly http: ListenAddress;
  /** Folder of ISOs. */
  readonly media: string | undefined;
  /** Undefined: nothing is given by TFTP. */
  readonly tftp: ListenAddress | undefined;
  /** Folder of boot loaders. */
  readonly bootLoaders: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** PEM. */
  readonly ca: string | undefined;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly endWithStdin: boolean;
}

/** What is wrong with a flag, for a person. */
class Complaint extends Error {}

/** @returns what is wrong, in words */
export function readBootServerFlags(options: BootServerOptions): BootServerFlags | string {
  try {
    return read(options);
  } catch (error) {
    if (error instanceof Complaint) return error.message;
    throw error;
  }
}

function read({ keyFile, media, tftp, bootLoaders, ...options }: BootServerOptions): BootServerFlags {
  if (keyFile === undefined)
    throw new Complaint('--key-file must be given: the keys its paths are made with, as the controller has them');
  if (bootLoaders !== undefined && tftp === undefined)
    throw new Complaint('--boot-loaders without --tftp: they are given by TFTP alone; name where it listens, e.g. 0.0.0.0:69');
  return {
    keyFile,
    listen: addressOf('--listen', options.listen, '0.0.0.0:8081'),
    http: addressOf('--http-address', options.httpAddress, '0.0.0.0:8082'),
    media: folderOf('--media', media),
    tftp: tftp === undefined ? undefined : addressOf('--tftp', tftp, '0.0.0.0:69'),
    bootLoaders: folderOf('--boot-loaders', bootLoaders),
    tls: tlsOf(options),
    ca: pemOf('--ca-file', options.caFile),
    namespaces: nameList(options.namespaces),
    endWithStdin: options.endWithStdin === true,
  };
}

/** @throws Complaint */
function addressOf(flag: string, text: string, example: string): ListenAddress {
  const address = readAddress(text);
  if (address === undefined) throw new Complaint(`${flag} ${text}: expected host:port, e.g. ${example}`);
  return address;
}

/** @throws Complaint: a volume that is not mounted would show only when a host is down */
function folderOf(flag: string, folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return folder;
  throw new Complaint(`${flag} ${folder}: found ${found === undefined ? 'nothing' : 'a file'} there, expected a folder`);
}

/** @throws Complaint */
function tlsOf({ tlsCert, tlsKey }: Pick<BootServerOptions, 'tlsCert' | 'tlsKey'>): BootServerFlags['tls'] {
  const [cert, key] = [pemOf('--tls-cert', tlsCert), pemOf('--tls-key', tlsKey)];
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return undefined;
  const found = cert === undefined ? '--tls-key' : '--tls-cert';
  throw new Complaint(`--tls-cert and --tls-key belong together, found only ${found}`);
}

/** @throws Complaint */
function pemOf(flag: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Complaint(`${flag} ${file}: expected a file in PEM that can be read; ${(error as Error).message}`);
  }
}
