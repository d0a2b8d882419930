// `xenpool demo`: an upgrade to watch, in about a minute, on nothing but Node. The flags, the folder, the signals and what is printed are here; the demonstration
// itself is a room of its own.
import { Command } from 'commander';
import { BOOT_METHODS } from '../api/poolUpgrade';
import { DEMO_DEFAULTS, type DemoOptions, readDemoFlags } from './demoFlags';
import type { Output } from './output';
import { runDemo } from './runDemo';
import { badFlag, sayReport } from './sayReport';

const HELP = `
These processes are started and watched: xenpool kubernetes, a small Kubernetes API over HTTPS; xenpool simulator, a made pool, each host over HTTPS;
xenpool controller, the operator as it runs in a cluster; and xenpool boot-server where hosts boot by their BMCs. A sample of deploy/samples is applied, with
the made pool's addresses; poolupgrade.yaml in the folder of --data is what came of it. Time of the pool is sped up: the controller's deadlines and looks
follow the same rate; leases, requests and back-off stay real. Nothing real is touched.

--boot-method Staged has each host stage the installer itself (poolupgrade.yaml). VirtualMedia and PXE give each host a BMC, which shows it the vendor's
image or has it start from the network, as the boot server serves it (bmc.yaml); Auto comes to VirtualMedia then. With Manual a played person boots the
installer at each host. BMCs answer in real time: hosts that boot by them take up to twice as long, and above --pace 100 deadlines may pass meanwhile.

On a terminal a table is redrawn, elsewhere a line is told per change; with --output json stdout is one report of docs/rehearsal.schema.json at the end.
The first VM's disk is on local storage, the second can neither move nor be suspended and ignores a clean shutdown, the third is halted.
--fault takes those of \`xenpool rehearse --list-faults\`; with controller-crashes:at=N the controller is killed as by kill -9 when the object has changed
for the N-th time, and another one goes on.
Ctrl-C ends all of them. Even kill -9 leaves none of them. What was reached is kept in the folder of --data, and --resume goes on there.

Exit codes: 0 Succeeded and the world's own books agree, 1 a defect of ours, 2 bad input, 3 Halted, or waiting for a person, 4 Refused, Failed or Cancelled,
129, 130 or 143 ended by SIGHUP, Ctrl-C or SIGTERM.

Examples:
  xenpool demo
  xenpool demo --hosts 8 --vms 40 --pace 300
  xenpool demo --boot-method VirtualMedia --firmware UEFI
  xenpool demo --fault installer-fails@master
  xenpool demo --keep
  xenpool demo --output json > report.json`;

export function demoCommand(output: Output, finish: (code: number) => void): Command {
  const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];
  return new Command('demo')
    .description('Watch a made pool being upgraded by the real controller; nothing real is touched.')
    .option('--hosts <n>', `hosts of the made pool, 1 to 16 (default: ${DEMO_DEFAULTS.hosts})`)
    .option('--vms <n>', `VMs of the made pool (default: ${DEMO_DEFAULTS.vms})`)
    .option(
      '--pace <x>',
      `seconds of the pool that pass in a real one, 2 to 1000 (default: ${DEMO_DEFAULTS.pace}: a minute for three hosts)`,
    )
    .option(
      '--boot-method <method>',
      `how hosts reach the installer: ${BOOT_METHODS.join(', ')} (default: ${DEMO_DEFAULTS.bootMethod})`,
    )
    .option('--firmware <BIOS|UEFI>', `how the machines start (default: ${DEMO_DEFAULTS.firmware})`)
    .option('--fault <spec>', 'let something fail: NAME[@master|member|HOST][:key=value,…]; may be repeated', collect, [])
    .option('--keep', 'stay up after the end, so that kubectl and curl can look')
    .option('--resume', 'go on where a demo was ended or killed')
    .option('--data <folder>', 'where its processes keep everything (default: one of yours in the folder for temporary things)')
    .option('--output <text|json>', 'text shows the upgrade, json prints only the report', 'text')
    .addHelpText('after', HELP)
    .action(async (options: DemoOptions) => finish(await run(options, output)));
}

async function run(options: DemoOptions, output: Output): Promise<number> {
  const wish = readDemoFlags(options);
  return typeof wish === 'string' ? sayReport(output, options.output, badFlag(wish)) : runDemo(wish, output);
}
