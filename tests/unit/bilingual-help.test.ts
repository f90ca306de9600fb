import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { bilingual } from '../../cli/bilingual.ts';

describe('the help of a command', () => {
  it('says which options have to be given', () => {
    const help = bilingual(
      new Command('died')
        .requiredOption('--on <date>', '日期 / date')
        .option('--locale <locale>', '语言 / language', 'zh'),
    ).helpInformation();
    expect(help).toMatch(/--on <date> +日期 \/ date（必填 required）/u);
    expect(help).toMatch(/--locale <locale> +语言 \/ language \(default: "zh"\)$/mu);
  });
});
