import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultMessagingRules } from '../../../domain/messaging/rules.ts';
import { setMessagingRules } from '../../../store/messages/rules.ts';
import { apiFixture, type ApiFixture } from '../../support/api-fixture.ts';

let api: ApiFixture;
let lung: string;
beforeAll(async () => {
  api = await apiFixture();
  lung = await readFile(new URL('../../../definitions/lung.yaml', import.meta.url), 'utf8');
});
afterAll(() => api.close());

const yaml = { 'content-type': 'application/yaml' };

describe('definitions', () => {
  it('are checked, with line, column and remedy in the language of the caller', async () => {
    const broken = lung.replace('owner: family-doctor', 'owner: family-docter');
    const line = lung.split('\n').findIndex((text) => text.includes('owner: family-doctor')) + 1;
    const answer = await api.post(
      '/api/v1/definitions/check',
      { yaml: broken },
      { as: 'administrator', language: 'en' },
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ publishable: false, pathway: null });
    const [problem] = answer.body['problems'] as Record<string, never>[];
    expect(problem).toMatchObject({ severity: 'error', line });
    expect(String(problem?.['remedy'])).toContain('family-doctor');
    const good = await api.post('/api/v1/definitions/check', lung, { as: 'administrator', headers: yaml });
    expect(good.body).toMatchObject({ publishable: true, pathway: 'lung' });
  });

  it('are published once, shown by version, and residents can be enrolled at once', async () => {
    const publish = (text: string) =>
      api.post('/api/v1/definitions', text, { as: 'administrator', headers: yaml });
    const first = await publish(lung);
    expect([first.status, first.body['pathway'], first.body['version']]).toEqual([201, 'lung', 1]);
    expect((await publish(lung)).status).toBe(200);
    const changed = await publish(lung.replace('Lung cancer:', 'Cancer of the lung:'));
    expect([changed.status, changed.body['version']]).toEqual([201, 2]);
    const list = (await api.get('/api/v1/definitions', { as: 'centre0' })).body['items'] as object[];
    expect(list).toMatchObject([
      { pathway: 'lung', version: 2 },
      { pathway: 'lung', version: 1 },
      { pathway: 'small', version: 1 },
    ]);
    for (const [version, number] of [
      ['newest', 2],
      ['1', 1],
    ] as const) {
      const shown = await api.get(`/api/v1/definitions/lung/${version}`);
      expect(shown.body).toMatchObject({ version: number, source: { pathway: 'lung' } });
    }
    expect((await api.get('/api/v1/definitions/lung/3')).status).toBe(404);
    const resident = await api.resident();
    const enrolled = await api.post('/api/v1/journeys', { resident, pathway: 'lung' }, { as: 'centre0' });
    expect(enrolled.status).toBe(201);
  });

  it('show how a template reads, under the rules of the caller’s district', async () => {
    const path = '/api/v1/definitions/small/templates/welcome/preview';
    const shown = await api.get(path, { as: 'centre0', language: 'en' });
    expect(shown.body).toMatchObject({ locale: 'en', wordedBy: 'definition', subject: 'Invitation' });
    const wording = { zh: '区的邀请', en: 'From the district' };
    const rules = {
      ...defaultMessagingRules,
      templates: { '*': { welcome: { subject: wording, body: wording } } },
    };
    await setMessagingRules(api.store, api.callers.district.organisation, rules, 'test');
    const own = await api.get(`${path}?locale=zh`, { as: 'centre0', language: 'en' });
    expect(own.body).toMatchObject({ locale: 'zh', wordedBy: 'district', subject: '区的邀请' });
    expect(own.body['length']).toMatchObject({ encoding: 'UCS-2', segments: 1 });
    expect((await api.get(path.replace('welcome', 'none'))).status).toBe(404);
    expect((await api.get(path.replace('small', 'none'))).status).toBe(404);
    expect((await api.get(`${path}?locale=fr`)).status).toBe(400);
  });

  it("that could strand a resident, or are not the caller's to publish, are refused", async () => {
    const broken = await api.post('/api/v1/definitions', { yaml: 'pathway: x\n' }, { as: 'administrator' });
    expect([broken.status, broken.body['code']]).toEqual([422, 'DefinitionRefused']);
    expect((broken.body['errors'] as unknown[]).length).toBeGreaterThan(0);
    for (const path of ['/api/v1/definitions', '/api/v1/definitions/check']) {
      const answer = await api.post(path, { yaml: lung }, { as: 'district' });
      expect([answer.status, answer.body['code']]).toEqual([403, 'NotYours']);
    }
  });
});
