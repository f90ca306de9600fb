export interface PublicUrl {
  /** Without a slash at the end. */
  readonly url: string;
  /** The address is this machine's own, which no telephone reaches. */
  readonly isDefault: boolean;
}

const wrongUrl = (value: string): string =>
  `YILU_PUBLIC_URL="${value}" 不是可用的地址；应为 http(s)://主机[/路径]，例如 https://yilu.example.org，不带参数。\n` +
  `YILU_PUBLIC_URL="${value}" is no usable address; give http(s)://host[/path] such as https://yilu.example.org, without query, fragment or password.`;

/**
 * @returns under which residents and providers reach the API, as `YILU_PUBLIC_URL` says
 * @throws Error that says in both languages what is wrong with it
 */
export function readPublicUrl(environment: Readonly<Record<string, string | undefined>>): PublicUrl {
  const given = environment['YILU_PUBLIC_URL']?.trim();
  if (!given) return { url: `http://localhost:${environment['PORT'] || 8080}`, isDefault: true };
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/u.test(url.protocol) || url.search || url.hash || url.username || url.password)
    throw new Error(wrongUrl(given));
  return { url: url.href.replace(/\/+$/u, ''), isDefault: false };
}
