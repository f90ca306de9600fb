import { expect, it } from 'vitest';
import { salutationOf } from '../../../domain/resident/salutation.ts';

it.each([
  ['王秀英', 'female', '王女士', 'Ms 王'],
  ['欧阳秀英', 'female', '欧阳女士', 'Ms 欧阳'],
  ['欧阳', 'male', '欧先生', 'Mr 欧'],
  ['张伟', 'male', '张先生', 'Mr 张'],
  ['阿卜杜拉·买买提', 'male', '买买提先生', 'Mr 买买提'],
  ['Mary Ann Smith', 'female', 'Smith 女士', 'Ms Smith'],
  ['  李雷  ', 'male', '李先生', 'Mr 李'],
] as const)('%s is addressed by surname and title alone', (name, sex, zh, en) => {
  expect(salutationOf(name, sex, 'zh')).toBe(zh);
  expect(salutationOf(name, sex, 'en')).toBe(en);
});
