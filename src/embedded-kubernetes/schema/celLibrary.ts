// The functions Kubernetes adds to CEL, as far as rules of a CRD like ours need them: addresses, URLs, names, lists, regular expressions. The CEL library
// brings the language; whatever is not here makes a rule fail to compile when its CRD is created, so that nothing is silently true.
import { Environment } from '@marcbachmann/cel-js';
import { isIP, isIPv4 } from './addresses';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** A URL as `url()` gives it. */
class CelUrl {
  readonly url: URL;
  constructor(text: string) {
    this.url = new URL(text);
  }
}

/** A named format, such as `format.dns1123Label()`. */
class CelFormat {
  constructor(
    readonly name: string,
    readonly limit: number,
    readonly pattern: RegExp,
  ) {}
}

/** What a format holds against a text: none or sentences, read by `hasValue()` and `value()`. */
class CelObjections {
  constructor(readonly found: readonly string[]) {}
}

class CelFormats {}

function isUrl(text: string): boolean {
  return URL.canParse(text) && /^([a-z][a-z0-9+.-]*:\/\/|\/)/i.test(text);
}

function isCidr(text: string): boolean {
  const [address = '', bits = ''] = text.split('/');
  if (!/^\d{1,3}$/.test(bits) || isIP(address) === 0) return false;
  return Number(bits) <= (isIPv4(address) ? 32 : 128);
}

function objections(format: CelFormat, text: string): CelObjections {
  const found = [
    ...(text.length > format.limit ? [`must be no more than ${format.limit} characters`] : []),
    ...(format.pattern.test(text) ? [] : [`must match ${format.pattern.source}`]),
  ];
  return new CelObjections(found);
}

type List = readonly unknown[];

const compare = (one: unknown, other: unknown): number => ((one as string) < (other as string) ? -1 : one === other ? 0 : 1);

function extreme(list: List, sign: number): unknown {
  if (list.length === 0) throw new Error('called on an empty list');
  return [...list].sort((one, other) => sign * compare(one, other))[0];
}

function addLists(env: Environment): void {
  env
    .registerFunction('list<dyn>.isSorted(): bool', (list: List) =>
      list.every((item, index) => index === 0 || compare(list[index - 1], item) <= 0),
    )
    .registerFunction('list<dyn>.sum(): dyn', (list: List) =>
      (list as bigint[]).reduce((sum, item) => sum + item, typeof list[0] === 'number' ? (0 as unknown as bigint) : 0n),
    )
    .registerFunction('list<dyn>.min(): dyn', (list: List) => extreme(list, 1))
    .registerFunction('list<dyn>.max(): dyn', (list: List) => extreme(list, -1))
    .registerFunction('list<dyn>.indexOf(dyn): int', (list: List, wanted: unknown) => BigInt(list.indexOf(wanted)))
    .registerFunction('list<dyn>.lastIndexOf(dyn): int', (list: List, wanted: unknown) => BigInt(list.lastIndexOf(wanted)));
}

function addTexts(env: Environment): void {
  env
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.replaceAll(from, to),
    )
    .registerFunction('string.find(string): string', (text: string, pattern: string) => new RegExp(pattern).exec(text)?.[0] ?? '')
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
      [...text.matchAll(new RegExp(pattern, 'g'))].map(([found]) => found),
    )
    .registerFunction('string.charAt(int): string', (text: string, index: bigint) => text.charAt(Number(index)));
}

function addAddresses(env: Environment): void {
  env
    .registerType('kubernetes.URL', CelUrl)
    .registerFunction('isURL(string): bool', isUrl)
    .registerFunction('url(string): kubernetes.URL', (text: string) => new CelUrl(text))
    .registerFunction('kubernetes.URL.getScheme(): string', ({ url }: CelUrl) => url.protocol.replace(/:$/, ''))
    .registerFunction('kubernetes.URL.getHost(): string', ({ url }: CelUrl) => url.host)
    .registerFunction('kubernetes.URL.getHostname(): string', ({ url }: CelUrl) => url.hostname)
    .registerFunction('kubernetes.URL.getPort(): string', ({ url }: CelUrl) => url.port)
    .registerFunction('kubernetes.URL.getEscapedPath(): string', ({ url }: CelUrl) => url.pathname)
    .registerFunction('isIP(string): bool', (text: string) => isIP(text) !== 0)
    .registerFunction('isCIDR(string): bool', isCidr);
}

function addFormats(env: Environment): void {
  env
    .registerType('kubernetes.Formats', CelFormats)
    .registerType('kubernetes.Format', CelFormat)
    .registerType('kubernetes.Objections', CelObjections)
    .registerConstant('format', 'kubernetes.Formats', new CelFormats())
    .registerFunction('kubernetes.Formats.dns1123Label(): kubernetes.Format', () => new CelFormat('dns1123Label', 63, DNS_LABEL))
    .registerFunction(
      'kubernetes.Formats.dns1123Subdomain(): kubernetes.Format',
      () => new CelFormat('dns1123Subdomain', 253, DNS_SUBDOMAIN),
    )
    .registerFunction('kubernetes.Format.validate(string): kubernetes.Objections', objections)
    .registerFunction('kubernetes.Objections.hasValue(): bool', ({ found }: CelObjections) => found.length > 0)
    .registerFunction('kubernetes.Objections.value(): list<string>', ({ found }: CelObjections) => [...found]);
}

/** The language with what Kubernetes adds, and `self` and `oldSelf`. Made once for all rules of a schema. */
export function celEnvironment(): Environment {
  const env = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false });
  addTexts(env);
  addLists(env);
  addAddresses(env);
  addFormats(env);
  return env.registerVariable('self', 'dyn').registerVariable('oldSelf', 'dyn');
}
