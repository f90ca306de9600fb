import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { linkSecret } from '../../../local/link-secret.ts';
import { readLinkSettings } from '../../../messaging/link-settings.ts';

it('the key of a laptop is made once, is long enough, and is its owner’s alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'yilu-link-secret-'));
  try {
    const made = await linkSecret(folder);
    expect(readLinkSettings({ YILU_LINK_SECRET: made }).secret).toBe(made);
    expect(await linkSecret(folder)).toBe(made);
    expect((await stat(join(folder, 'link-secret'))).mode & 0o777).toBe(0o600);
    await writeFile(join(folder, 'link-secret'), '\n');
    expect(await linkSecret(folder)).not.toBe(made);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
