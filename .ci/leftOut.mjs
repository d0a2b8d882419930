// What the bundle leaves out: @kubernetes/client-node reads our kubeconfigs and nothing else, but its file also imports an HTTP client, proxies, an OpenID
// client and the models of the whole API, which were more than half of the program's memory (ADR 10). src/kubernetes/client refuses a kubeconfig that
// would need one of them; the stand-in says so should that ever fail.
const NEVER_REACHED = /^(undici|openid-client|socks|socks-proxy-agent|hpagent|jsonpath-plus|\.\/gen\/index\.js)$/;

const STAND_IN = `
const leftOut = () => { throw new Error('this part of @kubernetes/client-node is left out of the bundle'); };
const names = ['Agent', 'ProxyAgent', 'HttpProxyAgent', 'HttpsProxyAgent', 'SocksProxyAgent', 'SocksClient', 'createConfiguration', 'ServerConfiguration',
  'JSONPath', 'discovery'];
module.exports = Object.fromEntries(names.map((name) => [name, leftOut]));
`;

/** A plugin for esbuild. */
export const leftOut = {
  name: 'left out',
  setup(build) {
    build.onResolve({ filter: NEVER_REACHED }, ({ importer }) =>
      /[\\/]@kubernetes[\\/]client-node[\\/]/.test(importer) ? { path: 'left out', namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: STAND_IN, loader: 'js' }));
  },
};
