// What the bundled program carries of the manifests, so that it needs none of the repository's files: the CRD and the rights of operator and boot server as values,
// and the samples as the text they are, because people are shown them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { SOURCE } from './crd';
import type { Generator } from './generator';

/** The rules of the role in a file of deploy/, the first of its documents. */
function rulesOf(root: string, file: string): unknown {
  const [role] = parseAllDocuments(readFileSync(path.join(root, file), 'utf8'));
  const { rules } = (role?.toJS() ?? {}) as { readonly rules?: readonly unknown[] };
  if (rules === undefined) throw new Error(`${file}: its first document is no role`);
  return rules;
}

export const manifests: Generator = {
  name: 'manifests',
  generate: (root) => {
    const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
    const value = {
      definition: parse(read(SOURCE)) as unknown,
      clusterRules: rulesOf(root, 'deploy/base/clusterrole.yaml'),
      secretsRules: rulesOf(root, 'deploy/secrets-access/role.yaml'),
      bootServerClusterRules: rulesOf(root, 'deploy/boot-server/server/clusterrole.yaml'),
      bootServerRules: rulesOf(root, 'deploy/boot-server/access/role.yaml'),
      sample: read('deploy/samples/poolupgrade.yaml'),
      bmcSample: read('deploy/samples/bmc.yaml'),
    };
    return { files: [{ path: 'src/demo/generated/manifests.json', text: `${JSON.stringify(value, null, 1)}\n` }] };
  },
};
