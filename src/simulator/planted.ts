// What the records of a pool do not tell of its machines, and a test or a person may want to be otherwise: keys in a host's `other_config`, looked at once, when
// the world begins. They stand in the database so that a dump carries them.

/** `true`: its disk has the partition layout of 6.5, though its release is later, as after an upgrade that did not convert it. */
export const OLD_LAYOUT = 'simulator-old-disk-layout';

/** `true`: the RSA key of its server certificate has 1024 bits, as on hosts first installed before 8.0. */
export const SHORT_KEY = 'simulator-short-certificate-key';
