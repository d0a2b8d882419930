// What a host's staging plugin may say when it is asked whether it reaches an installer's tree.

/** What it means, and what to do. */
interface TestUrlCode {
  readonly found: string;
  readonly remedy: string;
}

/** By the codes of `testUrl`. Source: 4.7 of the XenServer reference. */
const CODES: Readonly<Record<string, TestUrlCode>> = {
  MISSING_URL: { found: 'no URL was given', remedy: 'give spec.releases a repository URL' },
  INVALID_URL: {
    found: 'there is no installer at the URL',
    remedy: 'unpack the whole ISO there, .treeinfo and boot files included, or correct the URL',
  },
  INVALID_VER: {
    found: 'the repository holds an older release than the host runs',
    remedy: 'name the repository of the target release',
  },
  FORBIDDEN: { found: 'the server forbids it (403)', remedy: 'let the hosts read the repository' },
  NOT_FOUND: { found: 'the server finds nothing there (404)', remedy: 'correct the URL, or unpack the whole ISO there' },
  UNAUTH_URL: {
    found: 'the server asks for a password (401)',
    remedy: 'put user and password into the URL, or let the hosts read it without',
  },
  TIMEOUT: {
    found: 'the server does not answer in time',
    remedy: 'open the way from the management network of the host to the server',
  },
  REPO_IOERROR: {
    found: 'the server could not be reached or broke off',
    remedy: 'see to its name, its address, and the way from the host to it',
  },
  'PROXY AUTH FAILURE': {
    found: 'the proxy refused',
    remedy: 'correct the proxy of the host, or serve the repository where none is needed',
  },
};

export function foundByTestUrl(code: string): string {
  return CODES[code]?.found ?? (code.startsWith('REPO_SERVER_ERROR') ? 'the server failed' : 'its plugin refused it');
}

/** Undefined: nothing more is known than that it was refused. */
export function remedyByTestUrl(code: string): string | undefined {
  return CODES[code]?.remedy;
}
