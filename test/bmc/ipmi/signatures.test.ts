import { expect } from 'chai';
import type { BmcErrorKind } from '../../../src/bmc/bmc';
import { type Delivered, failureOf } from '../../../src/bmc/ipmi/signatures';
import { NOISE } from './fakeIpmitool';

const NO_SESSION = 'Error: Unable to establish IPMI v2 / RMCP+ session';
const RAW = 'Unable to send RAW command (channel=0x0 netfn=0x0 lun=0x0 cmd=0x8';

type Row = readonly [said: string, kind: BmcErrorKind, reason: string, delivered: Delivered];

/** Texts of bmc.md 3.4, 10.2 and 10.3, and those seen in runs against both peers, whole. */
const BEFORE_A_SESSION: readonly Row[] = [
  [`> RAKP 2 HMAC is invalid\n${NO_SESSION}`, 'Unauthorized', 'LoginRefused', 'no'],
  [`RAKP 2 message indicates an error : unauthorized name\n${NO_SESSION}`, 'Unauthorized', 'LoginRefused', 'no'],
  [`> Error: no response from RAKP 1 message\n${NO_SESSION}`, 'Unauthorized', 'LoginRefused', 'no'],
  [
    `Get Auth Capabilities error\nError issuing Get Channel Authentication Capabilities request\n${NO_SESSION}`,
    'Unreachable',
    'NoAnswer',
    'no',
  ],
  [NO_SESSION, 'Unreachable', 'SessionNotOpened', 'no'],
  [`> Error: no response from RAKP 3 message\n${NO_SESSION}`, 'Unreachable', 'SessionNotOpened', 'no'],
  [`Error in open session response message : no matching cipher suite\n\n${NO_SESSION}`, 'Unsupported', 'CipherRefused', 'no'],
  [
    `Error in open session response message : invalid authentication algorithm\n\n${NO_SESSION}`,
    'Unsupported',
    'CipherRefused',
    'no',
  ],
  [`Authentication algorithm 0x01 is not what we requested 0x03\n${NO_SESSION}`, 'Unsupported', 'CipherRefused', 'no'],
  [`Error in open session response message : invalid role\n\n${NO_SESSION}`, 'Unauthorized', 'PrivilegeMissing', 'no'],
  [`Unsupported cipher suite ID : 99\n`, 'Fatal', 'CipherUnknown', 'no'],
  [`Error in open session response message : insufficient resources for session\n\n${NO_SESSION}`, 'Busy', 'NoSessionLeft', 'no'],
  [`Address lookup for no.such.host failed\nCould not open socket!\n${NO_SESSION}`, 'Unreachable', 'Dns', 'no'],
  [`Could not open socket!\n${NO_SESSION}`, 'Unreachable', 'NoRoute', 'no'],
  ['Unable to read password from environment', 'Fatal', 'PasswordNotHandedOver', 'no'],
  ['Username is too long (> 16 bytes)', 'Fatal', 'CredentialsInvalid', 'no'],
  ['lanplus: password is longer than 20 bytes.', 'Fatal', 'CredentialsInvalid', 'no'],
];

const WITHIN_A_SESSION: readonly Row[] = [
  [
    'Get HPM.x Capabilities request failed, compcode = d4\nInvalid completion code received: Insufficient privilege level\n' +
      'Set Chassis Power Control to Down/Off failed: Insufficient privilege level',
    'Unauthorized',
    'PrivilegeMissing',
    'refused',
  ],
  ['Set Chassis Power Control to Cycle failed: Command not supported in present state', 'Conflict', 'WrongState', 'refused'],
  [`${RAW} rsp=0xcc): Invalid data field in request`, 'Unsupported', 'InvalidDataField', 'refused'],
  [`${RAW} rsp=0xc1): Invalid command`, 'Unsupported', 'InvalidCommand', 'refused'],
  [`${RAW} rsp=0x80): Unknown (0x80)`, 'Unsupported', 'Refused', 'refused'],
  ['Get Chassis Power Status failed: Node busy', 'Transient', 'BmcBusy', 'refused'],
  ['Get Chassis Power Status failed: Out of space', 'Transient', 'BmcBusy', 'refused'],
  ['Get Chassis Power Status failed: BMC initialization in progress', 'Transient', 'BmcBusy', 'refused'],
  ['Set Chassis Power Control to Up/On failed: Timeout', 'Transient', 'BmcTimeout', 'maybe'],
  ['Set Chassis Power Control to Up/On failed: Unspecified error', 'Transient', 'UnspecifiedError', 'refused'],
  // An order that may have come through.
  [
    'Unable to set Chassis Power Control to Down/Off\nIPMI Request Match NOT FOUND\nClose Session command failed',
    'Transient',
    'NoAnswer',
    'maybe',
  ],
  ['Unable to get Chassis Power Status\nClose Session command failed', 'Transient', 'NoAnswer', 'maybe'],
  [`RAW REQUEST (6 bytes)\n 05 a0 04 00 00 00\n${RAW})\nClose Session command failed`, 'Transient', 'NoAnswer', 'maybe'],
  ['words of a later version', 'Fatal', 'NotUnderstood', 'maybe'],
];

describe('what ipmitool says', () => {
  for (const [said, kind, reason, delivered] of BEFORE_A_SESSION)
    it(`"${said.split('\n')[0]}" is ${kind}, and nothing was asked`, () => {
      const stderr = `Loading IANA PEN Registry...\n${said}\n`;
      expect(failureOf({ code: 1, stdout: '', stderr })).to.include({ kind, reason, delivered });
    });

  for (const [said, kind, reason, delivered] of WITHIN_A_SESSION)
    it(`"${said.split('\n').at(-1)}" is ${kind}, and was delivered: ${delivered}`, () => {
      expect(failureOf({ code: 1, stdout: '', stderr: `${NOISE}${said}\n` })).to.include({ kind, reason, delivered });
    });

  it('is no failure where it ended well, whatever stands on standard error', () => {
    const stderr = `${NOISE}Get HPM.x Capabilities request failed, compcode = d4\nUnable to Get Channel Cipher Suites\n`;
    expect(failureOf({ code: 0, stdout: 'Chassis Power is on\n', stderr })).to.equal(undefined);
  });

  it('on standard output is heard as well: a FRU that is not there is told of there', () => {
    const stdout = ' Device not present (Invalid data field in request)\n';
    expect(failureOf({ code: 1, stdout, stderr: NOISE })).to.include({ kind: 'Unsupported', delivered: 'refused' });
  });

  it('until it was killed leaves open what was done, unless no session had come about', () => {
    expect(failureOf({ code: null, stdout: '', stderr: NOISE })).to.include({ kind: 'Transient', delivered: 'maybe' });
    expect(failureOf({ code: null, stdout: '', stderr: 'Get Auth Capabilities error\n' })).to.include({ delivered: 'no' });
  });
});
