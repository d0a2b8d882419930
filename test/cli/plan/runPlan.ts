// Runs `xenpool plan` and holds what it prints as JSON to the published schema.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { expect } from 'chai';
import type { PlanReport } from '../../../src/cli/plan/report';
import { type CliRun, runCli } from '../runCli';

const SCHEMA = path.resolve(__dirname, '..', '..', '..', 'docs', 'plan.schema.json');
const validate = new Ajv2020({ allErrors: true, strict: true }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);

export function expectValid(report: unknown): void {
  expect(validate(report), JSON.stringify(validate.errors)).to.equal(true);
}

export async function runPlan(...argv: readonly string[]): Promise<CliRun & { readonly report: PlanReport }> {
  const run = await runCli('plan', ...argv, '--output', 'json');
  const report = JSON.parse(run.out) as PlanReport;
  expectValid(report);
  return { ...run, report };
}
