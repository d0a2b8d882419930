// The state diagrams of the heart, drawn from its own tables, so that docs/ cannot tell of an edge that is not there or forget one that is.
import { drawStateMachine } from '../../src/upgrade/diagram';
import type { Generator } from './generator';

export const stateMachine: Generator = {
  name: 'state machine',
  generate: () => ({ files: [{ path: 'docs/state-machine.md', text: drawStateMachine() }] }),
};
