import { expect } from 'chai';
import { primaryDisk } from '../../src/plan/primaryDisk';
import { pbd, sr } from './smallPool';

type Storage = readonly [device: string | undefined, more?: { readonly shared?: boolean; readonly on?: string }];

/** What is found of host `h`, whose storages lie on these devices. */
const disk = (storages: readonly Storage[], named?: string): string => {
  const srs = storages.map(([, { shared = false } = {}], index) => sr(`s${index}`, { shared, type: 'lvm' }));
  const pbds = storages.map(([device, { on = 'h' } = {}], index) => ({
    ...pbd(on, `s${index}`),
    ...(device === undefined ? {} : { device }),
  }));
  const found = primaryDisk({ srs, pbds }, 'h', named);
  return found.known ? found.value : `Unknown: ${found.why}`;
};

describe('the disk that carries the system of a host', () => {
  it('is the one behind whose system its local storage lies, however disks and partitions are named', () => {
    const cases: readonly (readonly [device: string, disk: string])[] = [
      ['/dev/disk/by-id/scsi-SATA_ST3250824AS_5ND3HRMY-part3', '/dev/disk/by-id/scsi-SATA_ST3250824AS_5ND3HRMY'],
      ['/dev/disk/by-id/scsi-36005-part3', '/dev/disk/by-id/scsi-36005'],
      ['/dev/disk/by-id/md-uuid-1234:5678-part3', '/dev/disk/by-id/md-uuid-1234:5678'],
      ['/dev/disk/by-path/pci-0000:00:1f.2-ata-1-part3', '/dev/disk/by-path/pci-0000:00:1f.2-ata-1'],
      ['/dev/sda3', '/dev/sda'],
      ['/dev/sdaa3', '/dev/sdaa'],
      ['/dev/xvda3', '/dev/xvda'],
      ['/dev/nvme0n1p3', '/dev/nvme0n1'],
      ['/dev/md127p3', '/dev/md127'],
      ['/dev/mapper/3600508b4000971ca0000900002c0000p3', '/dev/mapper/3600508b4000971ca0000900002c0000'],
    ];
    for (const [device, expected] of cases) expect(disk([[device]]), device).to.equal(expected);
  });

  it('may have a partition of the vendor before it', () => {
    expect(disk([['/dev/disk/by-id/scsi-SATA_WDC_WD2502ABYS-_WD-WCAT1F721489-part4']])).to.equal(
      '/dev/disk/by-id/scsi-SATA_WDC_WD2502ABYS-_WD-WCAT1F721489',
    );
  });

  it('is told by the one partition among whole disks', () => {
    expect(disk([['/dev/sdb,/dev/disk/by-id/scsi-1-part3'], ['/dev/sdc']])).to.equal('/dev/disk/by-id/scsi-1');
  });

  it('is not told by storage on a whole disk or on another partition', () => {
    expect(disk([['/dev/disk/by-id/scsi-3600']])).to.match(
      /^Unknown: its local storage lies on \/dev\/disk\/by-id\/scsi-3600; only/,
    );
    for (const device of ['/dev/sda1', '/dev/sda5', '/dev/sda33', '/dev/sda', '/dev/md3', '/dev/nvme0n3'])
      expect(disk([[device]]), device).to.match(/^Unknown/);
  });

  it('is not told by shared storage, by that of another host, or by storage on no disk', () => {
    const none = 'Unknown: it has no local storage on a disk, which would tell';
    expect(disk([])).to.equal(none);
    expect(disk([['/dev/sda3', { shared: true }]])).to.equal(none);
    expect(disk([['/dev/sda3', { on: 'another' }]])).to.equal(none);
    expect(disk([[undefined]])).to.equal(none);
  });

  it('is not guessed between two', () => {
    expect(disk([['/dev/sda3'], ['/dev/sdb3']])).to.match(/^Unknown: .* several disks: \/dev\/sda, \/dev\/sdb$/);
    expect(disk([['/dev/sda3'], ['/dev/sda3']])).to.equal('/dev/sda');
  });

  it('is not named as the old driver of HP controllers names it, which the installer may not know', () => {
    expect(disk([['/dev/cciss/c0d0p3']])).to.match(/^Unknown: its local storage lies on \/dev\/cciss\/c0d0, a name/);
  });

  it('is what a person says it is, whatever the pool shows', () => {
    expect(disk([['/dev/sda3']], '/dev/disk/by-id/scsi-1')).to.equal('/dev/disk/by-id/scsi-1');
    expect(disk([], 'iscsi:iqn.2001-04.com.example:storage')).to.equal('iscsi:iqn.2001-04.com.example:storage');
  });
});
