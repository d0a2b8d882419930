// The house as a lint rule: an import points only to rooms above its own. The order and the exceptions are those of ARCHITECTURE's table; a new room
// takes its place here. The rule resolves each path, so a folder inside a room may bear the name of another room.
import path from 'node:path';

export const ROOMS = [
  'api',
  'foundation',
  'datamodel',
  'plan',
  'upgrade',
  'xenapi',
  'bmc',
  'boot',
  'kubernetes',
  'telemetry',
  'controller',
  'embedded-kubernetes',
  'simulator',
  'rehearsal',
  'demo',
  'cli',
];

/**
 * Rooms that may see less than all above them. A path names what may be imported; `types` what may be imported as types only. The judged never judges:
 * the simulator and the embedded API server share no rules with what they test.
 */
const NARROW = {
  kubernetes: { paths: ['foundation/'], types: [] },
  'embedded-kubernetes': { paths: ['foundation/', 'kubernetes/api'], types: ['kubernetes/'] },
  simulator: {
    paths: ['foundation/', 'datamodel/', 'xenapi/transport', 'xenapi/codec/', 'xenapi/database/', 'bmc/transport', 'bmc/codec/'],
    types: [],
  },
};

/** `src/plan/order.ts` → `['plan', 'plan/order']`; undefined outside src. */
function place(file, root) {
  const [top, room, ...rest] = path.relative(root, file).split(path.sep);
  return top === 'src' && rest.length > 0 ? { room, inside: [room, ...rest].join('/').replace(/\.(ts|json)$/, '') } : undefined;
}

const covers = (allowed, inside) => (allowed.endsWith('/') ? inside.startsWith(allowed) : inside === allowed);

function complaint(from, to, typeOnly) {
  if (to.room === from.room) return undefined;
  const below = ROOMS.indexOf(to.room) > ROOMS.indexOf(from.room);
  if (!ROOMS.includes(to.room)) return `"${to.room}" is no room of the house; give it its place in .ci/lint/rooms.mjs`;
  if (below) return `src/${from.room} must not import src/${to.room}, which is below it`;
  const narrow = NARROW[from.room];
  if (narrow === undefined || narrow.paths.some((allowed) => covers(allowed, to.inside))) return undefined;
  if (typeOnly && narrow.types.some((allowed) => covers(allowed, to.inside))) return undefined;
  return `src/${from.room} may import only ${narrow.paths.join(', ')}${narrow.types.length > 0 ? ` and types of ${narrow.types.join(', ')}` : ''}`;
}

export const rooms = {
  meta: { type: 'problem', schema: [], docs: { description: 'an import points only to rooms above its own' } },
  create(context) {
    const from = place(context.filename, context.cwd);
    if (from === undefined) return {};
    if (!ROOMS.includes(from.room)) {
      return {
        Program: (node) =>
          context.report({ node, message: `"${from.room}" is no room of the house; give it its place in .ci/lint/rooms.mjs` }),
      };
    }
    const check = (node, source, typeOnly) => {
      if (typeof source?.value !== 'string' || !source.value.startsWith('.')) return;
      const target = path.resolve(path.dirname(context.filename), source.value);
      // An import of a room's folder is one of its index.
      const to = place(target, context.cwd) ?? place(path.join(target, 'index'), context.cwd);
      const message = to === undefined ? `${source.value} leads out of src` : complaint(from, to, typeOnly);
      if (message !== undefined) context.report({ node, message });
    };
    const allTypes = (node) => node.specifiers.length > 0 && node.specifiers.every(({ importKind }) => importKind === 'type');
    return {
      ImportDeclaration: (node) => check(node, node.source, node.importKind === 'type' || allTypes(node)),
      ExportNamedDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, node.source, false),
      TSImportType: (node) => check(node, node.source ?? node.argument?.literal, true),
      'CallExpression[callee.name="require"]': (node) => check(node, node.arguments[0], false),
    };
  },
};
