// Names of fields in a dump. XAPI joins nested groups by a double underscore (`name__label`, `memory__static_max`), the wire by a single one;
// table `pool` always had single ones.
import { field, type Field } from '../../datamodel/datamodel';

const GROUPS = /^(name|memory|VCPUs|actions|PV|HVM|API_version|qos|io)_(?=.)/;

/** The field that an attribute of a row holds; undefined where the datamodel has none: bookkeeping (`__mtime`) and internal fields. */
export function fieldOfAttribute(table: string, attribute: string): Field | undefined {
  return field(table, attribute) ?? (attribute.includes('__') ? field(table, attribute.replaceAll('__', '_')) : undefined);
}

/** The attribute of a field that the dump at hand does not have yet. */
export function attributeOfField(table: string, name: string): string {
  return table === 'pool' || name.startsWith('PV_drivers') ? name : name.replace(GROUPS, '$1__');
}
