// Whether somebody else uses the virtual drive of a machine: what is in it is not thrown out.
import type { Check } from '../check';
import { block, hostObject } from '../findings';
import { judgeMachines } from './served';

const REMEDY = 'eject it at the BMC once whoever inserted it needs it no more';

export const foreignMedia: Check = {
  id: 'MediaOfSomebodyElse',
  title: 'Nobody else’s image is in the virtual drive',
  source: '1.8 (virtual media) of the BMC reference',
  range: 'boot method VirtualMedia',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ orders }) => Object.values(orders.methods).includes('VirtualMedia'),
  judge: (situation) =>
    judgeMachines(situation, ({ media }, { host, subject, method }) =>
      method === 'VirtualMedia' && media === 'Foreign'
        ? block([hostObject(host)], `${subject} has an image of somebody else in its virtual drive; it must be empty`, REMEDY)
        : undefined,
    ),
};
