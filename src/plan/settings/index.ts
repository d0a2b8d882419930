// Settings before and after: what they are, what differs, and what each difference means.
export { bounded, boundedForHost } from './bounded';
export { compareSettings } from './compare';
export { type ComparedGuest, compareGuests, type GuestComparison, type GuestDifference, guestOf } from './guests';
export { type ReleaseRange, type Rule, RULES } from './rules';
export {
  ABSENT,
  addCounts,
  type Change,
  countVerdicts,
  type Difference,
  PRESENT,
  printCounts,
  type Settings,
  type Verdict,
  type VerdictCounts,
  VERDICTS,
} from './settings';
