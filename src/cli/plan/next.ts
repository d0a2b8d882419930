// What whoever read the plan does next.
import { ANNOTATIONS } from '../../api/poolUpgrade';
import { printRelease } from '../../plan/release';
import type { Block } from './page';
import type { PlanReport } from './report';

const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
const commands = (...lines: readonly string[]): Block => ({ kind: 'commands', lines });

export function nextBlocks(report: PlanReport): readonly Block[] {
  switch (report.outcome) {
    case 'Planned':
      return [...rehearsal(report), ...approval(report)];
    case 'Blocked':
      return [
        paragraph(
          'Mend what blocks, then plan again. Applied to a cluster, the object goes on by itself once its causes are gone.',
        ),
      ];
    case 'Refused':
    case 'Invalid':
    case 'Failed':
      return [];
  }
}

function rehearsal({ seen, manifest, path }: PlanReport): readonly Block[] {
  if (seen.by !== 'dump') return [];
  const last = path[path.length - 1];
  const target = last === undefined ? '' : ` --target ${quoted(printRelease(last.to))}`;
  const rehearse = `xenpool rehearse --database ${quoted(seen.of)}`;
  if (manifest !== null) return [paragraph('Rehearse it:'), commands(`${rehearse} --manifest ${quoted(manifest)}`)];
  return [
    paragraph('Rehearse it, and have the manifest written, to be completed with the addresses of the pool:'),
    commands(`${rehearse}${target}`, `${rehearse}${target} --print-manifest > upgrade.yaml`),
  ];
}

const APPROVAL =
  'Apply the manifest. Where it asks for an approval (spec.gates.approval), nothing starts before somebody approves exactly this plan; ' +
  'the operator plans afresh, and a pool that has changed has a plan of another name:';

function approval({ hash, manifest, object: { namespace, name } }: PlanReport): readonly Block[] {
  if (manifest === null || hash === null) return [];
  const approve = `kubectl --namespace ${quoted(namespace)} annotate poolupgrade ${quoted(name)} ${ANNOTATIONS.approve}=${hash}`;
  return [paragraph(APPROVAL), commands(`kubectl apply -f ${quoted(manifest)}`, approve)];
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
