// The version of the database's schema, which a dump's manifest shows, and the XenAPI release it belongs to.

/** Minor numbers of major 5. Source: xen-api ocaml/idl/datamodel.ml up to Lima; the later ones are only ever written, in the order of the releases. */
const MINORS: readonly (readonly [minor: number, api: string])[] = [
  [35, 'miami'],
  [55, 'orlando'],
  [57, 'george'],
  [60, 'midnight-ride'],
  [61, 'cowley'],
  [63, 'boston'],
  [66, 'tampa'],
  [67, 'clearwater'],
  [72, 'creedence'],
  [93, 'dundee'],
  [108, 'ely'],
  [120, 'falcon'],
  [133, 'inverness'],
  [134, 'jura'],
  [142, 'kolkata'],
  [203, 'lima'],
  [307, 'naples'],
  [501, 'quebec'],
  [602, 'stockholm'],
  [603, 'stockholm_psr'],
  [779, 'nile'],
];

/** Newer schemas than this one are placed by the product's version: their numbers jump, and hotfixes raise them. */
const LAST_PLACED = 67;

/** The release that serves a schema; one between two releases belongs to the next higher. Undefined above {@link LAST_PLACED} and for what is no number. */
export function apiOfSchema(minor: string | undefined): string | undefined {
  const number = minor === undefined || !/^\d+$/.test(minor) ? Number.NaN : Number(minor);
  return number > LAST_PLACED ? undefined : MINORS.find(([known]) => known >= number)?.[1];
}

export function schemaOfApi(api: string): number {
  const known = MINORS.find(([, name]) => name === api) ?? (api === 'symc' ? MINORS[0] : undefined);
  if (known === undefined) throw new Error(`no schema version is known for XenAPI release ${api}`);
  return known[0];
}
