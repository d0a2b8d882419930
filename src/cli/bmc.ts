// `xenpool bmc`: what a management controller says of itself, before anybody relies on it.
import { Command, Option } from 'commander';
import { type Finding, probe } from './bmc/probe';
import { type ProbeOptions, readProbeFlags } from './bmc/probeFlags';
import { printFinding } from './bmc/printFinding';
import type { Output } from './output';

const HELP = `
Logs in, reads, logs out: no verb is carried out, and nothing is written but the session, which is ended. Prints who the machine says it is, which row of the
table of dialects fits (docs/bmc.md), what it can do, its state now, and the first request that each verb would send. The password is never a flag.
ipmi:// needs the program ipmitool (docs/ipmi.md) and asks once every five seconds: it takes half a minute.

Exit codes: 0 probed, 1 a defect of ours, 2 bad flags, or a BMC that cannot be asked.

Examples:
  XENPOOL_BMC_PASSWORD=… xenpool bmc probe redfish+https://10.1.7.1 --username operator --ca-file bmc-ca.pem
  xenpool bmc probe redfish+https://10.1.7.1/redfish/v1/Systems/1 --username operator --password-file pw --fingerprint 9F:86:…
  xenpool bmc probe redfish+https://10.1.7.1 --username operator --password-file pw --insecure-skip-verify --output json
  xenpool bmc probe ipmi://10.1.7.1 --username operator --password-file pw`;

export function bmcCommand(output: Output, finish: (code: number) => void): Command {
  const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];
  const command = new Command('probe')
    .description('ask one management controller what it is and what it can do, changing nothing')
    .argument('<address>', 'redfish+https://HOST[:PORT][/redfish/v1/Systems/ID], or ipmi://HOST[:PORT]')
    .option('--username <name>', 'who logs in; default: XENPOOL_BMC_USERNAME')
    .option('--password-file <file>', 'file with the password; default: what XENPOOL_BMC_PASSWORD holds')
    .option('--ca-file <pem>', 'certificates of the authorities that are trusted, or the BMC’s own')
    .option('--fingerprint <sha256>', 'fingerprint of a trusted certificate; may be repeated', collect, [])
    .option('--insecure-skip-verify', 'trust whoever answers')
    .addOption(
      new Option('--tls-min-version <version>', 'oldest TLS that is spoken')
        .choices(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'])
        .default('TLSv1.2'),
    )
    .option('--allow-plaintext', 'speak redfish+http:// as well, in which the password is readable')
    .option('--ipmi-cipher-suite <17|3>', 'suite that IPMI may use; may be repeated, in order; default: 17 alone', collect, [])
    .addOption(
      new Option('--ipmi-privilege <level>', 'level that IPMI asks for; default: ADMINISTRATOR').choices([
        'OPERATOR',
        'ADMINISTRATOR',
      ]),
    )
    .addOption(
      new Option('--ipmi-boot-read-back <what>', 'what the BMC gives back of boot flags; default: Exact').choices([
        'Exact',
        'DeviceOnly',
      ]),
    )
    .addOption(new Option('--output <text|json>', 'how to print it on stdout').choices(['text', 'json']).default('text'))
    .action(async (address: string, options: ProbeOptions) => finish(await run(address, options, output)));
  return new Command('bmc').description('Look at a management controller.').addCommand(command).addHelpText('after', HELP);
}

async function run(address: string, options: ProbeOptions, output: Output): Promise<number> {
  const flags = readProbeFlags(options, process.env);
  const finding: Finding =
    'wrong' in flags ? { outcome: 'Invalid', address, reason: 'BadFlag', message: flags.wrong } : await probe(address, flags);
  if (options.output === 'json') output.out(`${JSON.stringify(finding, undefined, 2)}\n`);
  else if (finding.outcome === 'Probed') output.out(printFinding(finding));
  if (finding.outcome !== 'Probed') output.err(`xenpool bmc probe: ${finding.message}\n`);
  return finding.outcome === 'Probed' ? 0 : 2;
}
