import { expect } from 'chai';
import { CODE_RULES, XapiError, redact, refusal, ruleOf } from '../../src/xenapi/error';

describe('errors of XenAPI', () => {
  const secrets = ['OpaqueRef:secret-session', 'hunter2'];

  it('place a code by one table, and every other code among the refusals that depend on the object', () => {
    expect(ruleOf('HOST_STILL_BOOTING')).to.deep.equal({ kind: 'NotReady', repeatable: true });
    expect(ruleOf('NOT_SUPPORTED_DURING_UPGRADE').kind).to.equal('MixedMode');
    expect(ruleOf('VM_REQUIRES_SR')).to.deep.equal({ kind: 'Refused', repeatable: false });
    expect(ruleOf('__proto__').kind).to.equal('Refused');
  });

  it('are repeatable only when certainly not carried out', () => {
    for (const [code, rule] of CODE_RULES) {
      expect(refusal('https://h', 'VM.start', { code, params: [] }, secrets).repeatable, code).to.equal(rule.repeatable);
      expect(new XapiError({ kind: rule.kind, text: '', code, maybeDelivered: true }).repeatable, code).to.equal(false);
    }
  });

  it('name host, method, code, parameters and the object concerned', () => {
    const error = refusal(
      'https://10.0.0.1',
      'VM.start',
      { code: 'VM_BAD_POWER_STATE', params: ['OpaqueRef:v', 'halted', 'running'] },
      secrets,
    );
    expect(error.message).to.equal('https://10.0.0.1 refused VM.start (VM_BAD_POWER_STATE, OpaqueRef:v, halted, running)');
    expect(error).to.include({ object: 'OpaqueRef:v', kind: 'Refused', maybeDelivered: false, method: 'VM.start' });
  });

  it('hold no secret in message or parameters, wherever it stood', () => {
    const params = ['with hunter2 inside', 'OpaqueRef:secret-session'];
    for (const code of ['SESSION_INVALID', 'INTERNAL_ERROR', 'HANDLE_INVALID']) {
      const error = refusal('https://h', 'VM.start', { code, params }, secrets);
      for (const secret of secrets)
        expect(`${error.message} ${error.params.join(' ')} ${error.object ?? ''}`).to.not.include(secret);
    }
    expect(redact('GET /pool/xmldbdump?session_id=OpaqueRef%3Aabc&x=1', [])).to.equal('GET /pool/xmldbdump?session_id=…&x=1');
  });
});
