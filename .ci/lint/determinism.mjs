// What would let two runs with one seed differ, or let work go on where a virtual clock cannot see it. Forbidden outside src/foundation; ADR 1 says why.

const TIME = 'Time comes from the injected Clock (src/foundation/clock).';
const CHANCE = 'Chance comes from the injected Random (src/foundation/random).';
const THREADS = 'Work of the thread pool is invisible to the virtual clock; use the Sync form.';
const LOCALE = 'The result depends on the locale of the machine; compare code units or format by hand.';
const COLLECTOR = 'The garbage collector keeps no promise about order.';
const SEAM = 'The outside is reached through a seam.';

const named = (names, message) => names.map((name) => ({ name, message }));

export const globals = [
  ...named(['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'performance'], TIME),
  ...named(['crypto'], CHANCE),
  ...named(['WeakRef', 'FinalizationRegistry'], COLLECTOR),
  ...named(['Intl'], LOCALE),
  ...named(['Worker', 'MessageChannel', 'BroadcastChannel'], THREADS),
  ...named(['fetch', 'WebSocket', 'EventSource'], SEAM),
];

export const properties = [
  { object: 'Date', property: 'now', message: TIME },
  { object: 'process', property: 'hrtime', message: TIME },
  { object: 'process', property: 'uptime', message: TIME },
  { object: 'AbortSignal', property: 'timeout', message: `${TIME} Use deadline().` },
  { object: 'Math', property: 'random', message: CHANCE },
  { object: 'DateTime', property: 'now', message: TIME },
];

export const syntax = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: TIME },
  { selector: 'CallExpression[callee.name="Date"]', message: TIME },
  {
    selector: 'CallExpression[callee.object.name="DateTime"][callee.property.name=/^(local|utc)$/][arguments.length=0]',
    message: TIME,
  },
  { selector: 'MemberExpression[property.name="localeCompare"]', message: LOCALE },
  { selector: 'MemberExpression[property.name=/^toLocale/]', message: LOCALE },
  {
    selector: 'MemberExpression[object.name=/^(globalThis|global)$/]',
    message: 'Globals are reached by their own names, so that the rules about them hold.',
  },
  { selector: 'ImportExpression', message: 'A module loaded later is loaded by the thread pool; import it at the top.' },
];

/** Modules that are out altogether, with and without `node:`. */
const MODULES = {
  [TIME]: ['timers', 'timers/promises', 'perf_hooks'],
  [THREADS]: ['worker_threads', 'cluster', 'fs/promises', 'stream/promises', 'readline/promises'],
  [SEAM]: ['dns', 'dns/promises', 'net', 'tls', 'http', 'https', 'http2', 'dgram', 'child_process'],
};

const both = (name) => [name, `node:${name}`];

export const modules = Object.entries(MODULES).flatMap(([message, names]) =>
  names.flatMap(both).map((name) => ({ name, message, allowTypeImports: true })),
);

/** Modules of which only some names may be imported, each by its name. */
export const partly = [
  { group: both('fs'), allowImportNamePattern: 'Sync$|^constants$', message: THREADS, allowTypeImports: true },
  { group: both('zlib'), allowImportNamePattern: 'Sync$|^constants$|^crc32$', message: THREADS, allowTypeImports: true },
  {
    group: both('crypto'),
    allowImportNamePattern: '^(createHash|createHmac|timingSafeEqual|X509Certificate|hash)$',
    message: `${CHANCE} Of hashes use createHash and createHmac.`,
    allowTypeImports: true,
  },
];
