// A Kubernetes API in front of the embedded store whose lists and watches go wrong as a test says. It counts what is asked of it, and shows who still
// listens.
import type { EmbeddedStore } from '../../src/embedded-kubernetes/store';
import { KubeError, type KubeObject, type KubernetesApi, type ListOptions, type WatchEvent } from '../../src/kubernetes/api';

/** What a watch does after it has been opened and so many events have gone through. */
export type WatchFault =
  | { readonly kind: 'error'; readonly error: KubeError; readonly after?: number }
  | { readonly kind: 'end'; readonly after?: number }
  /** Nothing more comes, as if the server were gone and the connection stayed. */
  | { readonly kind: 'silence'; readonly after?: number }
  /** Events vanish, and bookmarks come on. */
  | { readonly kind: 'deaf' };

export type ListFault = KubeError | 'hang';

export class FaultyApi {
  readonly lists: ListOptions[] = [];
  readonly watchedFrom: string[] = [];
  openWatches = 0;
  /** Taken in turn, one a list or watch; undefined entries pass. */
  readonly listFaults: (ListFault | undefined)[] = [];
  readonly watchFaults: (WatchFault | undefined)[] = [];

  constructor(private readonly store: EmbeddedStore) {}

  get api(): KubernetesApi {
    const { store } = this;
    return new Proxy<KubernetesApi>(store, {
      get: (target, name) => {
        if (name === 'list') return this.list.bind(this);
        if (name === 'watch') return this.watch.bind(this);
        const member = Reflect.get(target, name) as (...args: readonly unknown[]) => unknown;
        return member.bind(target);
      },
    });
  }

  private list(...[resource, namespace, options = {}]: Parameters<KubernetesApi['list']>): ReturnType<KubernetesApi['list']> {
    this.lists.push(options);
    const fault = this.listFaults.shift();
    if (fault === 'hang') return new Promise(() => undefined);
    return fault === undefined ? this.store.list(resource, namespace, options) : Promise.reject(fault);
  }

  private async *watch(...asked: Parameters<KubernetesApi['watch']>): AsyncIterable<WatchEvent<KubeObject>> {
    this.watchedFrom.push(asked[2]);
    const fault = this.watchFaults.shift();
    this.openWatches += 1;
    try {
      yield* fault === undefined ? this.store.watch(...asked) : this.broken(fault, asked);
    } finally {
      this.openWatches -= 1;
    }
  }

  private async *broken(fault: WatchFault, asked: Parameters<KubernetesApi['watch']>): AsyncIterable<WatchEvent<KubeObject>> {
    if (fault.kind === 'deaf') return yield* bookmarksOf(this.store.watch(...asked));
    if ((fault.after ?? 0) > 0) yield* first(fault.after ?? 0, this.store.watch(...asked));
    if (fault.kind === 'error') throw fault.error;
    if (fault.kind === 'silence') await new Promise<void>((resolve) => asked[3].addEventListener('abort', () => resolve()));
  }
}

type Events = AsyncIterable<WatchEvent<KubeObject>>;

async function* first(count: number, events: Events): Events {
  let left = count;
  for await (const event of events) {
    yield event;
    if (--left === 0) return;
  }
}

async function* bookmarksOf(events: Events): Events {
  for await (const event of events) if (event.type === 'BOOKMARK') yield event;
}
