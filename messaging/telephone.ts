/** @returns a stored telephone number (national digits of mainland China, or `+` and digits) in E.164 */
export const e164Of = (phone: string): string => {
  if (phone.startsWith('+')) return phone;
  return `+86${phone.replace(/^(?:0086|86(?=1\d{10}$))/u, '').replace(/^0/u, '')}`;
};

/** @returns a number of mainland China without `+86`, another one without `+`: what Chinese gateways expect */
export const withoutPlus = (e164: string): string => e164.replace(/^\+(?:86(?=1\d{10}$))?/u, '');
