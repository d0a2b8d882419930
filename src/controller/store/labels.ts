// What the operator stores beside an object, and how it is found again.

export const DOMAIN = 'xenpool.dev';

export const LABELS = {
  /** `backup`, `baseline` or `plan`. */
  kind: `${DOMAIN}/kind`,
  /** Id of the run. */
  run: `${DOMAIN}/run`,
  /** Uuid of the pool. */
  pool: `${DOMAIN}/pool`,
  /** Uid of the object. */
  object: `${DOMAIN}/object`,
  hosts: `${DOMAIN}/hosts`,
  vms: `${DOMAIN}/vms`,
  srs: `${DOMAIN}/srs`,
} as const;
