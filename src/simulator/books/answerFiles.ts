// I3: no installer is ever given an answer file other than one whose root is <installation mode="upgrade">, or a restore that was asked for. A person at the
// console needs none.
import sax from 'sax';
import type { Cause, HostUuid } from '../world';
import type { Bench, Judge } from './court';
import { hostName } from './reading';

export function answerFiles(bench: Bench): Judge {
  const causes = new Map<HostUuid, Cause>();
  return {
    id: 'I3',
    on(event): void {
      if (event.kind === 'machine' && event.change === 'installer') causes.set(event.host, event.cause);
      if (event.kind !== 'installer') return;
      if (event.stage === 'restoring') return judgeRestore(bench, event.host);
      if (event.stage !== 'start') return;
      bench.judged();
      const byPerson = causes.get(event.host)?.by === 'person';
      if (event.answerFile === null ? !byPerson : !asksForUpgrade(event.answerFile)) {
        bench.violated(`the installer on ${hostName(bench.world, event.host)} was not told to upgrade`);
      }
    },
    end: () => undefined,
  };
}

function judgeRestore(bench: Bench, host: HostUuid): void {
  bench.judged();
  if (bench.outside.restoreAsked?.(host) !== true)
    bench.violated(`the installer on ${hostName(bench.world, host)} was told to restore, and nobody has asked for that`);
}

function asksForUpgrade(answerFile: string): boolean {
  let root: sax.Tag | sax.QualifiedTag | undefined;
  let whole = true;
  const parser = sax.parser(true);
  parser.onopentag = (tag): void => {
    root ??= { ...tag };
  };
  parser.onerror = (): void => {
    whole = false;
    parser.resume();
  };
  parser.write(answerFile).close();
  return whole && root?.name === 'installation' && root.attributes['mode'] === 'upgrade';
}
