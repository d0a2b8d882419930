// Runs a command line as the shell would, in this process, and keeps what it wrote.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import { expect } from 'chai';
import { xenpool } from '../../src/cli/program';
import type { RehearsalReport } from '../../src/rehearsal/report';

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function runCli(...argv: readonly string[]): Promise<CliRun> {
  let out = '';
  let err = '';
  const code = await xenpool(argv, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    colour: false,
  });
  return { code, out, err };
}

const SCHEMA = path.resolve(__dirname, '..', '..', 'docs', 'rehearsal.schema.json');

/** The published schema of the report; strict, so that a mistake in the schema itself is an error as well. */
export function reportValidator(): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: true });
  return ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);
}

const validate = reportValidator();

/** Runs with `--output json` and holds what comes out to the schema. */
export async function runReport(
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly report: RehearsalReport }> {
  const { code, out } = await runCli(...argv, '--output', 'json');
  const report = JSON.parse(out) as RehearsalReport;
  expect(validate(report), JSON.stringify(validate.errors)).to.equal(true);
  return { code, report };
}
