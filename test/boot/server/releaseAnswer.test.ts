import { expect } from 'chai';
import { releaseAnswer, type ReleaseTree } from '../../../src/boot/server/releaseAnswer';
import { bytesOf, FILES, TREE } from './smallSite';

const never = new AbortController().signal;

describe('A release that the server has', () => {
  const asked: string[] = [];
  const trees: ReleaseTree = ({ brand, version }) => {
    asked.push(`${brand} ${version}`);
    if (version === '9.9.9') return Promise.resolve({ why: 'its checksum is another' });
    return Promise.resolve(version === '8.2.1' ? TREE : undefined);
  };
  const get = (path: string, tree: ReleaseTree | undefined): ReturnType<typeof releaseAnswer> =>
    releaseAnswer(tree, { method: 'GET', target: path, headers: {}, from: '10.0.0.1' }, path, never);

  it('is shown without a token by its own description, as hosts join the path', async () => {
    for (const path of ['/release/XCP-ng/8.2.1/.treeinfo', '/release/XCP-ng/8.2.1//.treeinfo']) {
      const answer = await get(path, trees);
      expect(answer.status).to.equal(200);
      expect(await bytesOf(answer)).to.deep.equal(FILES['.treeinfo']);
    }
    expect(asked).to.deep.equal(['XCP-ng 8.2.1', 'XCP-ng 8.2.1']);
  });

  it('shows nothing else of it, and nothing of another', async () => {
    const paths = ['install.img', '.treeinfo/', '../answer', '%2e%2e/.treeinfo', ''].map(
      (rest) => `/release/XCP-ng/8.2.1/${rest}`,
    );
    const others = ['/release/XCP-ng/8.3.0/.treeinfo', '/release/XCP-ng/9.9.9/.treeinfo', '/release/Other/8.2.1/.treeinfo'];
    for (const path of [...paths, ...others]) expect((await get(path, trees)).status, path).to.equal(404);
    expect((await get('/release/XCP-ng/8.2.1/.treeinfo', undefined)).status).to.equal(404);
  });
});
