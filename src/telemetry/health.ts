// Is this process alive, and is it ready: named checks, each a sentence when it fails. Alive means that the watches move, not that the process answers;
// ready means that it has seen the cluster and may do its work, or says which right is missing.

/** What is wrong, for a person; undefined when nothing is. */
export type Check = () => string | undefined;

export interface Health {
  /** Registers a check under a name; a later one of the same name takes its place. */
  set(kind: 'live' | 'ready', name: string, check: Check): void;
  /** One line a check, `[+]` or `[-]`, as kubernetes' own components answer. */
  report(kind: 'live' | 'ready'): { readonly ok: boolean; readonly text: string };
}

export function createHealth(): Health {
  const checks = { live: new Map<string, Check>(), ready: new Map<string, Check>() };
  return {
    set: (kind, name, check) => void checks[kind].set(name, check),
    report(kind) {
      const results = [...checks[kind]].map(([name, check]) => ({ name, wrong: check() }));
      const lines = results.map(({ name, wrong }) => (wrong === undefined ? `[+] ${name}` : `[-] ${name}: ${wrong}`));
      return { ok: results.every(({ wrong }) => wrong === undefined), text: `${lines.join('\n')}\n` };
    },
  };
}
