// The two scripts that an installer fetches. They change nothing; fetching the first is the sign that it begins, and the second tells how it ended.

/** Of `installation-start`: that it was fetched is all that is wanted of it. */
export const START_SCRIPT = '#!/bin/sh\nexit 0\n';

/**
 * Of `installation-complete`, which is called with 0 or 1. Whatever the installer's RAM disk has is tried in turn (which of them it has differs from release to
 * release); none of it can keep the installer for long, and its exit code is not looked at (xenserver.md 5.2).
 * @param url of the report, to which the result is put; characters of a URL only
 */
export function completeScript(url: string): string {
  if (!/^https?:\/\/[A-Za-z0-9_.:@%+/~[\]-]+$/.test(url)) throw new Error('the URL of the report could be read as a command');
  return `#!/bin/sh
# Tells the boot server how the installation ended: 0 well, 1 failed. It changes nothing.
case "$1" in 0) result=0 ;; *) result=1 ;; esac
url='${url}'"$result"
curl -s -S -f -m 20 -o /dev/null "$url" && exit 0
wget -q -T 20 -t 1 -O /dev/null "$url" && exit 0
for python in python3 python; do
  "$python" -c 'import sys
try:
    from urllib.request import urlopen
except ImportError:
    from urllib2 import urlopen
urlopen(sys.argv[1], None, 20).read()' "$url" && exit 0
done
exit 0
`;
}
