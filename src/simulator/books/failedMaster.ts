// I4: a failed or interrupted upgrade of the master stops everything. No member leaves, and the master's installer does not run again: it would
// overwrite the only backup. Unless a person says so.
import type { InstallerStage, WorldEvent } from '../world';
import type { Bench, Judge } from './court';
import { hostName, isWilled, masterOf } from './reading';

type Course = 'none' | 'running' | 'complete' | 'failed';

/** What a stage of the installer makes of it; the others change nothing. */
const COURSES: Readonly<Partial<Record<InstallerStage, Course>>> = {
  start: 'running',
  complete: 'complete',
  refused: 'failed',
  failed: 'failed',
  wiped: 'failed',
};

export function failedMaster(bench: Bench): Judge {
  let course: Course = 'none';
  let goneOn = 0;
  return {
    id: 'I4',
    on(event): void {
      if (event.kind !== 'installer' && event.kind !== 'machine') return;
      if (bench.outside.goneOn() > goneOn) course = 'none';
      goneOn = bench.outside.goneOn();
      if (event.host !== masterOf(bench.world)) {
        if (memberMoves(event)) judgeMember(bench, event.host, course);
        return;
      }
      if (event.kind === 'installer' && event.stage === 'start') judgeRestart(bench, course);
      course = courseAfter(course, event);
    },
    end: () => undefined,
  };
}

function memberMoves(event: WorldEvent & { kind: 'installer' | 'machine' }): boolean {
  if (event.kind === 'installer') return event.stage === 'start';
  return (event.change === 'leaving' || event.change === 'off') && isWilled(event.cause);
}

function judgeMember(bench: Bench, host: string, course: Course): void {
  bench.judged();
  if (course === 'failed') bench.violated(`member ${hostName(bench.world, host)} is touched after the master's upgrade failed`);
}

function judgeRestart(bench: Bench, course: Course): void {
  bench.judged();
  if (course === 'failed' || course === 'running') bench.violated("the master's upgrade runs again after it failed");
}

function courseAfter(course: Course, event: WorldEvent & { kind: 'installer' | 'machine' }): Course {
  if (event.kind === 'installer') return COURSES[event.stage] ?? course;
  if (event.change === 'dead') return 'failed';
  const interrupted = course === 'running' && (event.change === 'up' || event.change === 'off');
  return interrupted ? 'failed' : course;
}
