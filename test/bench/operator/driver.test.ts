import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { FLAGS_OF_THE_PRODUCT } from '../../../bench/operator/driver';
import { argumentsOf, stagesOf } from '../../deploy/containerSteps';

describe('the operator that is measured', () => {
  it('is started as the image starts it', () => {
    const containerfile = readFileSync(path.resolve(__dirname, '../../../Containerfile'), 'utf8');
    const entry = JSON.parse(argumentsOf(stagesOf(containerfile).at(-1), 'ENTRYPOINT')[0]!) as readonly string[];
    expect(entry.slice(1, -1)).to.deep.equal(FLAGS_OF_THE_PRODUCT);
  });
});
