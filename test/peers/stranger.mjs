// A program as Xen Orchestra's authors would write it with npm `xen-api`, against the pool that standard input describes (the ready line of `xenpool
// simulator`). It judges nothing: each step prints one line of JSON that says what happened, and xenApi.test.ts says what should have.
//
// node stranger.mjs TRANSPORT [door|short]     `door`: only tries to log in; `short`: all but the reboot
//
// Certificates are trusted by NODE_EXTRA_CA_CERTS: the library has no option for it but to trust everything.
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { createClient } from 'xen-api';

const [, , transport, only] = process.argv;
const { pool, control } = JSON.parse(await text(process.stdin));
const [master, member] = pool.endpoints;
const EMPTY = 'OpaqueRef:NULL';
/** For anything to come about, in real time. */
const BOUND_MS = 30_000;
const MOST_LOOKS = 400;
/** What a host says, or does not, while it goes and comes. */
const AWAY = new Set(['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET', 'HOST_STILL_BOOTING']);
const open = [];

function tell(step, what) {
  process.stdout.write(`${JSON.stringify({ step, ...what })}\n`);
}

function client(url, options = {}) {
  const auth = { user: pool.username, password: pool.password };
  // What it waits between two looks is meant for a pool whose seconds last a second.
  const pace = { debounce: 5, eventPollDelay: 50, roCallRetryOptions: { delay: 50 } };
  const xapi = createClient({ url, auth, transport, ...pace, ...options });
  open.push(xapi);
  return xapi;
}

/** Code and parameters that work is refused with; null when it is carried out. */
function refusal(work) {
  return work.then(
    () => null,
    ({ code, params, message }) => (params === undefined ? [code ?? message] : [code, ...params]),
  );
}

async function letPass(seconds) {
  const answer = await fetch(`${control.url}/step`, { method: 'POST', body: JSON.stringify({ seconds }) });
  if (!answer.ok) throw new Error(`the control said ${answer.status}`);
}

/** Looks until there is something, with seconds of the pool between the looks. */
async function until(what, look) {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const found = await look();
    if (found) return found;
    await letPass(5);
  }
  throw new Error(`${what}: not after ${MOST_LOOKS} looks`);
}

/** Waits until the collection, which only the library's own watcher changes, is as it should be. */
async function collected(xapi, isSo) {
  const bound = { signal: AbortSignal.timeout(BOUND_MS) };
  while (!isSo()) await once(xapi.objects, 'update', bound);
}

const isGuest = (record) => !(record.is_a_template || record.is_a_snapshot || record.is_control_domain);
const ofType = (xapi, type) => Object.values(xapi.objects.indexes.type[type] ?? {});

async function doors() {
  const wrong = client(master, { auth: { user: pool.username, password: 'not the password' }, watchEvents: false });
  tell('wrong password', { refused: await refusal(wrong.connect()) });
  const followed = client(member, { watchEvents: false });
  await followed.connect();
  tell('member', { status: followed.status, hosts: (await followed.call('host.get_all')).length });
  await followed.disconnect();
}

async function listing(xapi) {
  await xapi.objectsFetched;
  const hosts = ofType(xapi, 'host');
  const guests = ofType(xapi, 'VM').filter(isGuest);
  tell('list', {
    addresses: hosts.map(({ address }) => address).sort(),
    master: xapi.pool.$master.address,
    guests: guests.length,
    running: guests.filter((vm) => vm.power_state === 'Running').length,
    residents: hosts.flatMap((host) => host.$resident_VMs).filter(isGuest).length,
    asked: (await xapi.getAllRecords('VM')).filter(isGuest).length,
  });
}

/** A running guest of a member that nothing keeps there, and the member it can go to. */
async function movable(xapi) {
  const members = ofType(xapi, 'host').filter((host) => host.$ref !== xapi.pool.master);
  for (const host of members) {
    const stuck = await xapi.call('host.get_vms_which_prevent_evacuation', host.$ref);
    const vm = host.$resident_VMs.find((one) => isGuest(one) && stuck[one.$ref] === undefined);
    if (vm !== undefined) return { vm: vm.$ref, from: host.$ref, to: members.find((other) => other !== host).$ref };
  }
  throw new Error('no guest that could move');
}

async function refusals(xapi, vm) {
  const host = xapi.pool.master;
  tell('start what runs', { vm, refused: await refusal(xapi.call('VM.start', vm, false, false)) });
  tell('unknown reference', { refused: await refusal(xapi.call('VM.get_record', 'OpaqueRef:nobody')) });
  tell('reboot of an enabled host', { refused: await refusal(xapi.call('host.reboot', host)) });
  tell('unknown method', { refused: await refusal(xapi.call('VM.teleport', vm)) });
}

async function watching(xapi) {
  const halted = ofType(xapi, 'VM').find((vm) => isGuest(vm) && vm.power_state === 'Halted').$ref;
  const seen = [];
  const note = (changed) => {
    const record = Object.values(changed).find((one) => one.$ref === halted);
    if (record !== undefined) seen.push(record.power_state);
  };
  xapi.objects.on('update', note);
  const started = xapi.call('VM.start', halted, false, false);
  await collected(xapi, () => xapi.getObjectByRef(halted).power_state === 'Running');
  xapi.objects.off('update', note);
  await started;
  await xapi.barrier(halted);
  const { power_state: state, $resident_on: host } = xapi.getObjectByRef(halted);
  tell('events', { seen: seen.at(-1), state, on: host.$type });
}

async function migration(xapi, { vm, from, to }) {
  const before = await xapi.getField('VM', vm, 'resident_on');
  const result = await xapi.callAsync('VM.pool_migrate', vm, to, { live: 'true' });
  await collected(xapi, () => xapi.getObjectByRef(vm).resident_on === to);
  const listed = [from, to].map((host) => xapi.getObjectByRef(host).resident_VMs.includes(vm));
  tell('migration', { before: before === from, result, listed });
}

async function power(xapi, vm) {
  const states = [];
  for (const [method, ...args] of [['suspend'], ['resume', false, false], ['clean_shutdown'], ['start', false, false]]) {
    await xapi.callAsync(`VM.${method}`, vm, ...args);
    states.push(await xapi.getField('VM', vm, 'power_state'));
  }
  // A guest that has just been started can do nothing live until its tools run.
  await until('the tools run', async () => {
    const metrics = await xapi.getField('VM', vm, 'guest_metrics');
    return metrics !== EMPTY && (await xapi.getField('VM_guest_metrics', metrics, 'PV_drivers_version')).major;
  });
  tell('power', { states });
}

async function tasks(xapi, { vm, from, to }) {
  // Where it was started is the pool's choice.
  const target = (await xapi.getField('VM', vm, 'resident_on')) === from ? to : from;
  const task = await xapi.call('Async.VM.pool_migrate', vm, target, { live: 'true' });
  const first = await xapi.getRecord('task', task);
  const result = await xapi.watchTask(task);
  const last = await xapi.getRecord('task', task);
  await xapi.call('task.destroy', task);
  tell('task', {
    name: last.name_label,
    statuses: [...new Set([first.status, last.status])],
    progress: last.progress,
    result,
    error: last.error_info,
    moved: (await xapi.getField('VM', vm, 'resident_on')) === target,
    task,
    afterwards: await refusal(xapi.call('task.get_record', task)),
  });
  tell('failing task', { vm, refused: await refusal(xapi.callAsync('VM.start', vm, false, false)) });
}

/** What cannot leave is shut down by the plug, the rest moves. */
async function empty(xapi, host) {
  await xapi.call('host.disable', host);
  const stuck = await xapi.call('host.get_vms_which_prevent_evacuation', host);
  for (const vm of Object.keys(stuck)) await xapi.callAsync('VM.hard_shutdown', vm);
  await xapi.callAsync('host.evacuate', host);
  return Object.values(stuck).map(([code]) => code);
}

/** Whether the master answers again, told by a client of its own, so that the one under test is left to find out by itself. */
async function hasBooted(host) {
  const look = client(master, { watchEvents: false });
  try {
    await look.connect();
    return await look.getField('host', host, 'enabled');
  } catch (error) {
    if (AWAY.has(error.code)) return false;
    throw error;
  }
}

async function reboot(xapi, vm) {
  const { master: host } = xapi.pool;
  const uuid = xapi.getObjectByRef(vm).uuid;
  const old = xapi.sessionId;
  const stuck = await empty(xapi, host);
  const bound = { signal: AbortSignal.timeout(BOUND_MS) };
  const went = once(xapi, 'eventFetchingError', bound);
  await xapi.call('host.reboot', host);
  const [error] = await went;
  const renewed = once(xapi, 'sessionId', bound);
  await until('the master serves guests', () => hasBooted(host));
  // The library logs in again by itself, when its watcher hears that the session is none any more.
  await renewed;
  const late = client(master, { auth: { sessionId: old }, watchEvents: false });
  const refused = await refusal(late.connect());
  const key = 'xo:after the reboot';
  await xapi.setFieldEntry('VM', vm, 'other_config', key, 'seen');
  await collected(xapi, () => xapi.getObjectByRef(vm).other_config[key] === 'seen');
  tell('reboot', {
    stuck,
    went: error.code ?? error.name,
    old: [refused[0], refused[1] === old],
    same: (await xapi.getField('VM', vm, 'uuid')) === uuid,
    seen: xapi.getObjectByRef(vm).other_config[key],
  });
}

async function run() {
  if (only === 'door') return tell('door', { refused: await refusal(client(master, { watchEvents: false }).connect()) });
  await doors();
  const xapi = client(master);
  await xapi.connect();
  await listing(xapi);
  const move = await movable(xapi);
  await refusals(xapi, move.vm);
  await watching(xapi);
  await migration(xapi, move);
  await power(xapi, move.vm);
  await tasks(xapi, move);
  if (only !== 'short') await reboot(xapi, move.vm);
}

await run();
for (const xapi of open) await xapi.disconnect();
// Its watcher goes on waiting for a connection, for ever.
process.exit();
