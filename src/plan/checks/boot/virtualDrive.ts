// Whether a BMC has a virtual drive that may be used: many sell it as a feature of its own.
import type { Check } from '../check';
import { block, hostObject } from '../findings';
import { judgeMachines } from './served';

const REMEDY =
  'apply the licence that the maker wants for virtual media, or choose PXE, Staged or Manual for the host (spec.hosts[].boot.method)';

export const virtualDrive: Check = {
  id: 'MediaNotOffered',
  title: 'The BMC has a virtual drive that may be used',
  source: '1.8 (virtual media) of the BMC reference',
  range: 'boot method VirtualMedia',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ orders }) => Object.values(orders.methods).includes('VirtualMedia'),
  judge: (situation) =>
    judgeMachines(situation, ({ media }, { host, subject, method }) =>
      method === 'VirtualMedia' && media === 'Unsupported'
        ? block([hostObject(host)], `${subject} has no virtual drive, or no licence for it`, REMEDY)
        : undefined,
    ),
};
