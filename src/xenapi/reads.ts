// Which calls only look. A call that only looks may be sent again whenever its answer was lost; any other may have been carried out, and is repeated
// by nobody but the one who has looked at the pool in between.

const LOOKING = /^(get|assert|compute|is|retrieve|ha_compute|ha_failover_plan_exists)(_|$)/;

/** Whether a method, as it travels, changes nothing in the pool. `Async.` forms create a task and so never count as looking. */
export function isRead(method: string): boolean {
  if (method.startsWith('Async.')) return false;
  const dot = method.indexOf('.');
  return /^(event|system)\./.test(method) || LOOKING.test(method.slice(dot + 1));
}
