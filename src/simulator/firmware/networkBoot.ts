// A machine starts over the network: its card's boot loader (iPXE in BIOS mode, GRUB in UEFI mode) asks the boot server what to do, by its MAC, and does it.
import { type MenuEntry, readGrub } from './bootMenu';
import { runIpxe } from './ipxe';
import { bootMedium, type LoadedInstaller } from './mediumBoot';
import { NetworkFailure } from '../network/hostNetwork';
import type { FetchPart, HostLine } from '../network/hostLine';
import { brandOf } from '../releases';
import type { FirmwareMode, Release } from '../world';

export interface NetworkBoot {
  readonly line: HostLine;
  /** Base of the boot server's URLs, without a slash at the end. */
  readonly base: string;
  /** Lower case with colons, of the card that boots. */
  readonly mac: string;
  /** SMBIOS UUID in lower case, and serial number. */
  readonly uuid: string;
  readonly serial: string;
  readonly mode: FirmwareMode;
}

/** As much of a file as tells that it is there, and whose it is. */
const HEAD = { offset: 0, length: 4096 } as const;

/** @returns undefined when nobody has anything for this machine: the firmware goes on to the next device. @throws Aborted */
export async function bootNetwork(boot: NetworkBoot, signal: AbortSignal): Promise<LoadedInstaller | undefined> {
  try {
    return boot.mode === 'BIOS' ? await byIpxe(boot, signal) : await byGrub(boot, signal);
  } catch (error) {
    if (error instanceof NetworkFailure) return undefined;
    throw error;
  }
}

async function byIpxe(boot: NetworkBoot, signal: AbortSignal): Promise<LoadedInstaller | undefined> {
  const { line, base, mac, uuid, serial, mode } = boot;
  const hyphenated = mac.replaceAll(':', '-');
  const settings = {
    'netX/mac': mac,
    'net0/mac': mac,
    mac,
    'netX/mac:hexhyp': hyphenated,
    'net0/mac:hexhyp': hyphenated,
    uuid,
    serial,
  };
  const get = async (url: string, part?: FetchPart): Promise<Buffer | undefined> => {
    const { status, body } = await line.get(url, signal, part);
    return status === 200 || status === 206 ? body : undefined;
  };
  const parts = { settings, fetch: (url: string) => get(url), fetchHead: (url: string) => get(url, HEAD) };
  const outcome = await runIpxe(`${base}/pxe/ipxe/${mac}`, parts);
  switch (outcome.kind) {
    case 'exit':
      return undefined;
    case 'sanboot':
      return bootMedium(line, outcome.url, mode, signal);
    case 'boot':
      return { words: outcome.words, release: releaseIn(outcome.files) };
  }
}

/** GRUB, which the firmware fetched by TFTP, asks for its configuration and boots what that says. */
async function byGrub({ line, base, mac }: NetworkBoot, signal: AbortSignal): Promise<LoadedInstaller | undefined> {
  const { status, body } = await line.get(`${base}/pxe/grub/${mac}`, signal);
  const entry = status === 200 ? readGrub(body.toString('utf8')) : undefined;
  const files = entry === undefined ? undefined : await load(line, entry, signal);
  return entry === undefined || files === undefined ? undefined : { words: entry.words, release: releaseIn(files) };
}

async function load(line: HostLine, { files }: MenuEntry, signal: AbortSignal): Promise<readonly Buffer[] | undefined> {
  const loaded: Buffer[] = [];
  for (const file of files) {
    const [, host = '', path = ''] = /^\(http,([^)]+)\)(\/.*)$/.exec(file) ?? [];
    const { status, body } = await line.get(`http://${host}${path}`, signal, HEAD);
    if (status !== 200 && status !== 206) return undefined;
    loaded.push(body);
  }
  return loaded;
}

/** A made RAM disk says in its first line which installer it is; a real one keeps it to itself. */
function releaseIn(files: readonly Buffer[]): Release | undefined {
  const told = files
    .map((file) => /^the installer of (\S.*) (\d+(?:\.\d+)+)$/m.exec(file.toString('latin1')))
    .find((one) => one !== null);
  return told === undefined || told === null ? undefined : { brand: brandOf(told[1]), version: told[2]! };
}
