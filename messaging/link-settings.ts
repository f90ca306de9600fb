import { createLinkSigner, shortestSecret, type LinkSigner } from './answer-link.ts';
import { readPublicUrl } from './public-url.ts';

/** What answer links are made and read with; the same for every process of API and worker. */
export interface LinkSettings {
  readonly secret: string;
  /** The one before it, while links signed with it are still about. */
  readonly secretBefore: string | undefined;
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

const tooShort = (name: string): string =>
  `${name} 太短，至少 ${shortestSecret} 个字符；可用 openssl rand -base64 48 生成。\n` +
  `${name} is too short: at least ${shortestSecret} characters, such as openssl rand -base64 48 makes.`;

/** @throws Error that says in both languages what is missing or wrong, and what to do */
export function readLinkSettings(environment: NodeJS.ProcessEnv): LinkSettings {
  const secret = environment['YILU_LINK_SECRET'];
  const secretBefore = environment['YILU_LINK_SECRET_BEFORE'] || undefined;
  if (!secret) throw new Error(missing);
  if (secret.length < shortestSecret) throw new Error(tooShort('YILU_LINK_SECRET'));
  if (secretBefore && secretBefore.length < shortestSecret)
    throw new Error(tooShort('YILU_LINK_SECRET_BEFORE'));
  const { url: publicUrl, isDefault: publicUrlIsDefault } = readPublicUrl(environment);
  return { secret, secretBefore, publicUrl, publicUrlIsDefault };
}

export const linkSignerOf = ({ secret, publicUrl, secretBefore }: LinkSettings): LinkSigner =>
  createLinkSigner(secret, publicUrl, secretBefore);
