// `xenpool iso`: what an installation ISO is to us, before a host is ever shown one. It reads a few hundred KiB, and writes nothing anywhere.
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { inspectMedia } from '../boot/media/inspect';
import type { MediaInspection } from '../boot/media/inspection';
import { MediaError } from '../boot/media/mediaError';
import { Checksums } from '../boot/media/sources/checksum';
import { placeOf } from '../boot/media/sources/opened';
import { openSource } from '../boot/media/sources/openSource';
import { isoRecord, isoText } from './isoText';
import type { Output } from './output';

interface Options {
  readonly output: string;
  readonly sha256?: string;
  readonly caFile?: string;
  readonly insecureSkipVerify?: boolean;
}

const HELP = `
An ISO is refused when it is not understood; then hosts are upgraded by another boot method, or with the vendor's own ISO. docs/boot.md tells more.

Exit codes: 0 it can be used, 1 a defect of ours, 2 bad flags, or an ISO that cannot be read, is not the one named, or is refused.

Examples:
  xenpool iso inspect xcp-ng-8.2.1.iso
  xenpool iso inspect https://mirror.example/xcp-ng-8.2.1.iso --output json
  xenpool iso inspect xcp-ng-8.2.1.iso --sha256 93853aba9a71900fe43fd5a0082e2af6ab89acd14168f058ffc89d311690a412`;

export function isoCommand(output: Output, finish: (code: number) => void): Command {
  const inspect = new Command('inspect')
    .description('tell release, boot entries and firmware modes of an ISO, and what hosts will see replaced')
    .argument('<iso>', 'path of a file, or an http or https URL whose server knows ranges')
    .option('--output <text|json>', 'how to print it on stdout', 'text')
    .option('--sha256 <hex>', 'read it whole and hold it to this SHA-256')
    .option('--ca-file <pem>', 'certificates of the authorities that are trusted')
    .option('--insecure-skip-verify', 'trust whoever answers')
    .addHelpText('after', HELP)
    .action(async (iso: string, options: Options) => finish(await run(iso, options, output)));
  return new Command('iso')
    .description('Tell what an installation ISO is, and whether hosts can be started from it.')
    .addCommand(inspect)
    .addHelpText('after', HELP);
}

async function run(iso: string, options: Options, output: Output): Promise<number> {
  const wrong = (message: string): number => {
    output.err(`xenpool iso: ${message}\n`);
    return 2;
  };
  const { output: format, sha256 } = options;
  if (format !== 'text' && format !== 'json') return wrong(`--output ${format}: expected text or json`);
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) return wrong('--sha256: expected 64 hex digits');
  const trust = trustOf(options);
  if ('why' in trust) return wrong(trust.why);
  try {
    const inspection = await look(iso, sha256, trust);
    output.out(
      format === 'json' ? `${JSON.stringify(isoRecord(iso, inspection, sha256), undefined, 2)}\n` : isoText(inspection, sha256),
    );
    return 0;
  } catch (error) {
    if (error instanceof MediaError) return wrong(error.message);
    throw error;
  }
}

interface Trust {
  readonly ca?: string;
  readonly insecureSkipVerify: boolean;
}

function trustOf({ caFile, insecureSkipVerify = false }: Options): Trust | { readonly why: string } {
  if (caFile === undefined) return { insecureSkipVerify };
  if (insecureSkipVerify)
    return { why: '--ca-file and --insecure-skip-verify exclude each other: one of them says what is trusted' };
  try {
    return { ca: readFileSync(caFile, 'utf8'), insecureSkipVerify };
  } catch (error) {
    return { why: `--ca-file ${caFile}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})` };
  }
}

async function look(iso: string, sha256: string | undefined, trust: Trust): Promise<MediaInspection> {
  // Whoever presses Ctrl-C ends the process, and with it all waiting.
  const { signal } = new AbortController();
  const source = await openSource(iso, trust, signal);
  try {
    const inspection = await inspectMedia(source, signal);
    if (sha256 !== undefined) await new Checksums().check(source, sha256, signal);
    return inspection;
  } catch (error) {
    throw error instanceof MediaError ? named(error, placeOf(source)) : error;
  } finally {
    await source.close();
  }
}

/** What is wrong inside an ISO does not say of which; what is wrong with its file or server does. */
function named(error: MediaError, place: string): MediaError {
  return error.message.startsWith(place) ? error : new MediaError(error.kind, `${place}: ${error.message}`, { cause: error });
}
