// A pool under the distributed vSwitch controller: releases from 8.2 on know it no longer.
import type { Check } from './check';
import { block, leadsTo, poolObject } from './findings';

const REMEDY = 'take the pool out of the controller (xe pool-set-vswitch-controller address=)';

export const vswitchController: Check = {
  id: 'VswitchController',
  title: 'The pool is under no vSwitch controller',
  source: '1.6 and 3.2 of the XenServer reference; XenCenter VSwitchControllerCheck',
  range: 'to 8.2 and later',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ hop }) => leadsTo(hop, '8.2'),
  judge: ({ pool, inspection }) => {
    const controller = inspection.pool.vswitchController ?? '';
    const openvswitch = Object.values(inspection.hosts).some(({ networkBackend }) => networkBackend === 'openvswitch');
    if (controller === '' || !openvswitch) return [];
    const message = `pool ${pool.name} is under the vSwitch controller ${controller}, which releases from 8.2 on do not have`;
    return [block([poolObject(pool)], message, REMEDY)];
  },
};
