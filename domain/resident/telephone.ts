/** @returns a stored telephone number (national digits of mainland China, or `+` and digits) in E.164 */
export const e164Of = (phone: string): string => {
  if (phone.startsWith('+')) return phone;
  return `+86${phone.replace(/^(?:0086|86(?=1\d{10}$))?/u, '').replace(/^0/u, '')}`;
};
