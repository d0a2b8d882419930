import { expect } from 'chai';
import { drift, vagueNames } from '../../.ci/verify';

describe('verify', () => {
  const file = { path: 'docs/x.md', text: 'a\nb\nc\n' };

  it('shows the first line of a generated file that drifted', () => {
    expect(drift(file, file.text)).to.equal(undefined);
    expect(drift(file, undefined)).to.match(/^docs\/x\.md is missing; run `npm run generate`/);
    expect(drift(file, 'a\nX\nc\n')).to.match(/line 2 is: {5}X\n.*line 2 should be: b$/);
    expect(drift(file, 'a\n')).to.match(/line 2 is: {5}\n.*should be: b$/);
    expect(drift(file, 'a\nb\nc\nd\n')).to.match(/line 4 is: {5}d/);
  });

  it('refuses names that say nothing', () => {
    const paths = [
      'src/plan/utils',
      'src/plan/helpers.ts',
      'src/plan/common/a.ts',
      'test/util.test.ts',
      'src/plan/poolManager.ts',
      'src/plan/order.ts',
      'src/x/Manager.ts',
    ];
    expect(vagueNames(paths).map((text) => text.split(':')[0])).to.deep.equal([
      'src/plan/utils',
      'src/plan/helpers.ts',
      'test/util.test.ts',
      'src/x/Manager.ts',
    ]);
  });
});
