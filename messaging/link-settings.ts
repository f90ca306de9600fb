import { shortestSecret } from './answer-link.ts';

/** What answer links are made and read with; the same for every process of API and worker. */
export interface LinkSettings {
  readonly secret: string;
  /** Where residents reach the API, without a slash at the end. */
  readonly publicUrl: string;
  /** The address is this machine's own, which no telephone reaches. */
  readonly publicUrlIsDefault: boolean;
}

const missing =
  '缺少 YILU_LINK_SECRET（为居民答复链接签名的密钥，API 与 worker 必须相同）。' +
  '请运行 sh deploy/make-secrets.sh 并设置 YILU_LINK_SECRET_FILE，或用 openssl rand -base64 48 生成一个；npm start 会自行生成。\n' +
  'YILU_LINK_SECRET is missing: the key that signs the links by which residents answer, the same for API and worker. ' +
  'Run sh deploy/make-secrets.sh and set YILU_LINK_SECRET_FILE, or make one with openssl rand -base64 48; npm start makes its own.';

const tooShort =
  `YILU_LINK_SECRET 太短，至少 ${shortestSecret} 个字符；可用 openssl rand -base64 48 生成。\n` +
  `YILU_LINK_SECRET is too short: at least ${shortestSecret} characters, such as openssl rand -base64 48 makes.`;

const wrongUrl = (value: string): string =>
  `YILU_PUBLIC_URL="${value}" 不是可用的地址；应为 http(s)://主机[/路径]，例如 https://yilu.example.org，不带参数。\n` +
  `YILU_PUBLIC_URL="${value}" is no usable address; give http(s)://host[/path] such as https://yilu.example.org, without query, fragment or password.`;

function publicUrlOf(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/u.test(url.protocol) || url.search || url.hash || url.username || url.password)
    throw new Error(wrongUrl(value));
  return url.href.replace(/\/+$/u, '');
}

/** @throws Error that says in both languages what is missing or wrong, and what to do */
export function readLinkSettings(environment: NodeJS.ProcessEnv): LinkSettings {
  const secret = environment['YILU_LINK_SECRET'];
  if (!secret) throw new Error(missing);
  if (secret.length < shortestSecret) throw new Error(tooShort);
  const given = environment['YILU_PUBLIC_URL'];
  return {
    secret,
    publicUrl: given ? publicUrlOf(given) : `http://localhost:${environment['PORT'] || 8080}`,
    publicUrlIsDefault: !given,
  };
}
