// IP addresses as texts. Own, small, because node:net, which knows it as well, opens sockets and is kept out of the deterministic rooms.

/** Numbers from 0 to 255 without leading zeros, parted by dots. */
export function isIPv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** 4, 6, or 0 for what is no address. Zones (`%eth0`) are none, as in CEL. */
export function isIP(text: string): 0 | 4 | 6 {
  if (isIPv4(text)) return 4;
  if (!text.includes(':') || !/^[0-9a-f:.]+$/i.test(text)) return 0;
  return URL.canParse(`http://[${text}]/`) ? 6 : 0;
}
