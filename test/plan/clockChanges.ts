// The days around each change of the clocks in twenty zones, minute by minute, as the runtime's own calendar shows them: what properties of windows are judged
// by. Shares nothing with the code that it judges but the time zone database.

export const MINUTE = 60_000;
const DAY = 1_440;

/** Changes at night, at midnight and in the evening, by an hour, by half of one and by two, north and south, and with winter as the exception. */
export const ZONES: readonly string[] = [
  'Europe/Zurich',
  'Europe/London',
  'Europe/Dublin',
  'Europe/Athens',
  'Atlantic/Azores',
  'America/Nuuk',
  'America/St_Johns',
  'America/New_York',
  'America/Chicago',
  'America/Los_Angeles',
  'America/Havana',
  'America/Santiago',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Beirut',
  'Asia/Jerusalem',
  'Australia/Sydney',
  'Australia/Adelaide',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Antarctica/Troll',
];

export interface LocalMinute {
  /** Number of the calendar day, by UTC's count. */
  readonly day: number;
  readonly weekday: string;
  /** Minutes since midnight, as the clock on the wall shows. */
  readonly time: number;
}

/** A stretch of minutes around one change. */
export interface ClockChange {
  readonly zone: string;
  /** Of the first minute, milliseconds since the epoch. */
  readonly from: number;
  readonly minutes: readonly LocalMinute[];
  /** Index of the first minute after the change. */
  readonly change: number;
}

/** Around each change of the year, `days` before and after. */
export function clockChanges(zone: string, year: number, days: number): readonly ClockChange[] {
  const show = clockOnTheWall(zone);
  return changesOf(show, year).map((change) => {
    const from = change - days * DAY * MINUTE;
    const minutes = Array.from({ length: 2 * days * DAY }, (_, index) => show(from + index * MINUTE));
    return { zone, from, minutes, change: days * DAY };
  });
}

function clockOnTheWall(zone: string): (instant: number) => LocalMinute {
  // eslint-disable-next-line no-restricted-globals -- the locale is named, and the judge must not be the library that is judged
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', weekday: 'short', year: 'numeric' },
    ...{ month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' },
  });
  return (instant) => {
    const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const day = Date.UTC(Number(part['year']), Number(part['month']) - 1, Number(part['day'])) / (DAY * MINUTE);
    return { day, weekday: part['weekday']!, time: Number(part['hour']) * 60 + Number(part['minute']) };
  };
}

function changesOf(show: (instant: number) => LocalMinute, year: number): readonly number[] {
  const ahead = (instant: number): number => {
    const { day, time } = show(instant);
    return (day * DAY + time) * MINUTE - instant;
  };
  const changes: number[] = [];
  for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += DAY * MINUTE) {
    let [low, high] = [day, day + DAY * MINUTE];
    if (ahead(low) === ahead(high)) continue;
    while (high - low > MINUTE) {
      const middle = low + Math.floor((high - low) / (2 * MINUTE)) * MINUTE;
      [low, high] = ahead(middle) === ahead(low) ? [middle, high] : [low, middle];
    }
    changes.push(high);
  }
  return changes;
}
