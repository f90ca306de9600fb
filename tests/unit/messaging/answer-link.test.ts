import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLinkSigner } from '../../../messaging/answer-link.ts';
import { readLinkSettings } from '../../../messaging/link-settings.ts';
import { newLinkId } from '../../../store/answer-links.ts';

const secret = 'one secret of at least thirty-two characters';
const signer = createLinkSigner(secret, 'https://yilu.example.org');
const expiresAt = Date.UTC(2026, 0, 20);
const now = expiresAt - 1;
const tokenOf = (id: string, at = expiresAt): string => signer.url(id, at).split('/r/')[1] ?? '';
const state = (token: string, at = expiresAt, when = now): string => {
  const read = signer.read(token);
  return read ? signer.check(read, at, when) : 'malformed';
};
const alphabet = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const ids = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 11, maxLength: 11 });

describe('the token of a link', () => {
  it('is read back, from an address that a telephone cuts nowhere', () => {
    fc.assert(
      fc.property(ids, (id) => {
        const url = signer.url(id, expiresAt);
        expect(url).toMatch(/^https:\/\/yilu\.example\.org\/r\/[A-Za-z0-9_-]{11}[A-Za-z0-9]{10}$/u);
        expect(state(tokenOf(id))).toBe('valid');
        expect(signer.read(tokenOf(id))?.id).toBe(id);
      }),
    );
    for (let n = 0; n < 200; n += 1) expect(newLinkId()).toMatch(/^[A-Za-z0-9]{11}$/u);
  });

  it('is refused when any character of it was changed, and never counts as expired then', () => {
    fc.assert(
      fc.property(ids, fc.nat(20), fc.constantFrom(...alphabet, '。', ' ', '%'), (id, at, other) => {
        const token = tokenOf(id);
        fc.pre(token[at] !== other);
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        expect(['tampered', 'malformed']).toContain(state(changed));
        expect(['tampered', 'malformed']).toContain(state(changed, expiresAt, expiresAt + 1));
      }),
    );
  });

  it('is no token when a character is missing or one too many', () => {
    const token = tokenOf('abcdefghijk');
    for (const wrong of ['', token.slice(0, -1), token.slice(1), `${token}a`, `${token}。`, `${token}\n`])
      expect(state(wrong)).toBe('malformed');
  });

  it('expires at its instant, and is not prolonged by another expiry', () => {
    const token = tokenOf('abcdefghijk');
    expect(state(token, expiresAt, expiresAt - 1)).toBe('valid');
    expect(state(token, expiresAt, expiresAt)).toBe('expired');
    expect(state(token, expiresAt + 1, expiresAt)).toBe('tampered');
  });

  it('of another secret is refused', () => {
    const other = createLinkSigner(`${secret}!`, 'https://yilu.example.org');
    const read = other.read(tokenOf('abcdefghijk'));
    expect(read && other.check(read, expiresAt, now)).toBe('tampered');
  });

  it('of the secret before this one is read while that is named, and new links bear the new one', () => {
    const renewed = createLinkSigner(`${secret}!`, 'https://yilu.example.org', secret);
    const read = renewed.read(tokenOf('abcdefghijk'));
    expect(read && renewed.check(read, expiresAt, now)).toBe('valid');
    expect(read && renewed.check(read, expiresAt + 1, now)).toBe('tampered');
    expect(renewed.url('abcdefghijk', expiresAt)).not.toBe(signer.url('abcdefghijk', expiresAt));
  });

  it('leads to its own page for unsubscribing', () => {
    const url = signer.url('abcdefghijk', expiresAt);
    expect(signer.unsubscribeUrl('abcdefghijk', expiresAt)).toBe(`${url}/unsubscribe`);
  });
});

describe('the settings of links', () => {
  const good = { YILU_LINK_SECRET: secret };
  it.each([
    [{}, 'http://localhost:8080', true],
    [{ PORT: '8090' }, 'http://localhost:8090', true],
    [{ YILU_PUBLIC_URL: 'https://yilu.example.org/' }, 'https://yilu.example.org', false],
    [{ YILU_PUBLIC_URL: 'https://health.example.org/yilu/' }, 'https://health.example.org/yilu', false],
  ])('%j: links begin with %s', (more, publicUrl, publicUrlIsDefault) => {
    expect(readLinkSettings({ ...good, ...more })).toEqual({ secret, publicUrl, publicUrlIsDefault });
  });

  it.each([
    [
      { YILU_LINK_SECRET: '' },
      /缺少 YILU_LINK_SECRET[^]*make-secrets\.sh[^]*is missing[^]*make-secrets\.sh/u,
    ],
    [{ YILU_LINK_SECRET: 'short' }, /太短[^]*too short/u],
    [{ YILU_PUBLIC_URL: 'yilu.example.org' }, /YILU_PUBLIC_URL="yilu\.example\.org"[^]*不是可用的地址/u],
    [{ YILU_PUBLIC_URL: 'ftp://yilu.example.org' }, /no usable address/u],
    [{ YILU_PUBLIC_URL: 'https://yilu.example.org/?a=1' }, /no usable address/u],
    [{ YILU_PUBLIC_URL: 'https://me:word@yilu.example.org' }, /no usable address/u],
  ])('%j is refused with the remedy, in both languages', (wrong, words) => {
    expect(() => readLinkSettings({ ...good, ...wrong })).toThrow(words);
  });
});
