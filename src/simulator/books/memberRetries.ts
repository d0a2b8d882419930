// I5: a failed member's upgrade is restarted, but at most `memberRetries` times in a hop; and as often again whenever a person lets a halted run go on.
import type { Bench, Judge } from './court';
import { hostName, masterOf } from './reading';

export function memberRetries(bench: Bench): Judge {
  const starts = new Map<string, number>();
  return {
    id: 'I5',
    on(event): void {
      if (event.kind !== 'installer' || event.stage !== 'start' || event.host === masterOf(bench.world)) return;
      const upgrade = `${event.host} ${event.target.brand} ${event.target.version}`;
      const count = (starts.get(upgrade) ?? 0) + 1;
      starts.set(upgrade, count);
      bench.judged();
      if (count > (bench.outside.memberRetries + 1) * (bench.outside.goneOn() + 1)) {
        bench.violated(`the upgrade of ${hostName(bench.world, event.host)} started ${String(count)} times`);
      }
    },
    end: () => undefined,
  };
}
