// I10: every host's settings are equal before and after, and each that is not is reported. A difference counts as reported when the report names that
// host with a path that holds the class and the field (`PIF 00:16:…/IP`), or the class alone where the whole object is gone (`PBD <SR>`).
import type { Bench, EndReport, Judge } from './court';
import { hostName } from './reading';
import { settingsOf } from './settings';
import type { HostSettings, Setting } from './settings';

export function settingsKept(bench: Bench): Judge {
  const before = settingsOf(bench.world.database);
  return {
    id: 'I10',
    on: () => undefined,
    end(report): void {
      if (report.outcome !== 'Succeeded') return;
      const after = settingsOf(bench.world.database);
      for (const [host, settings] of before) judgeHost(bench, host, settings, after.get(host), report);
      for (const host of after.keys()) if (!before.has(host)) bench.violated(`host ${host} is new in the pool`);
    },
  };
}

function judgeHost(bench: Bench, host: string, before: HostSettings, after: HostSettings | undefined, report: EndReport): void {
  bench.judged();
  const name = hostName(bench.world, host);
  if (after === undefined) return bench.violated(`${name} is no longer in the pool`);
  const reported = report.differences.filter((difference) => difference.host === host || difference.host === name);
  for (const [path, setting] of before) {
    const now = after.get(path);
    if (now?.value === setting.value) continue;
    const told = reported.some((difference) => tells(difference.path, setting, now === undefined));
    if (!told) bench.violated(`${name}: ${path} is not what it was, and nobody reports it`);
  }
}

function tells(path: string, { section, field }: Setting, isGone: boolean): boolean {
  const told = path.toLowerCase();
  return told.includes(section.toLowerCase()) && (isGone || told.includes(field.toLowerCase()));
}
