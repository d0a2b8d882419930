// A manifest as small as may be, and ways to spoil it.
import { parseManifest, type ManifestProblem } from '../../src/api/manifest';
import type { PoolUpgrade } from '../../src/api/poolUpgrade';
import { schemaValidator } from '../../src/api/schema';

export const HEAD = `apiVersion: xenpool.dev/v1alpha1
kind: PoolUpgrade
metadata: {name: rack7}
spec:
  pool:
    endpoints: ["https://xs-r7-01.example"]
    credentialsRef: {name: rack7-root}
  target: {version: "8.2.1"}
`;

const validator = schemaValidator();

/** The problems of a manifest whose spec ends with these lines. */
export function problemsOf(more: string): readonly ManifestProblem[] {
  const result = parseManifest(HEAD + more, validator);
  return result.ok ? [] : result.problems;
}

/** The one problem of a text. */
export function onlyProblem(text: string): ManifestProblem {
  const result = parseManifest(text, validator);
  const problems = result.ok ? [] : result.problems;
  if (problems.length !== 1) throw new Error(`expected one problem, found ${JSON.stringify(problems)}`);
  return problems[0]!;
}

/** The manifest whose spec ends with these lines. */
export function manifestOf(more: string): PoolUpgrade {
  const result = parseManifest(HEAD + more, validator);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.manifest;
}
