// A whole plan as it was read back from where a controller kept it: text that some version of the program wrote, and therefore held to the schema before
// anything is believed of it.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import type { PlanDocument } from '../../plan/document';
import schema from '../generated/planSchema.json';

export type ReadPlan =
  | { readonly kind: 'Plan'; readonly document: PlanDocument }
  /** Nothing was kept. */
  | { readonly kind: 'None' }
  /** Something else was kept, as versions did that knew no whole plan. */
  | { readonly kind: 'Other' }
  /** It says that it is a plan, and breaks the schema. */
  | { readonly kind: 'Broken'; readonly problems: readonly string[] };

/** Schemas are compiled once, when first asked for: it takes longer than reading a plan. */
let compiled: ValidateFunction<PlanDocument> | undefined;

function validator(): ValidateFunction<PlanDocument> {
  compiled ??= new Ajv2020({ strict: true }).addSchema(schema).compile<PlanDocument>({ $ref: `${schema.$id}#/$defs/plan` });
  return compiled;
}

export function readPlanDocument(value: unknown): ReadPlan {
  if (typeof value !== 'object' || value === null || !('hash' in value) || !('hops' in value)) return { kind: 'Other' };
  const validate = validator();
  if (validate(value)) return { kind: 'Plan', document: value };
  const problems = (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message ?? error.keyword}`);
  return { kind: 'Broken', problems };
}
