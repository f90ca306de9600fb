import { z } from '@hono/zod-openapi';

/** Of a due date: not sure yet. */
export const provisional = z.boolean().openapi({
  description:
    '期限为暂定：涉及尚未公布的年份，其工作日只按周末计算；公布并导入后会重算。\nThe due date is provisional: working days of a year that is not announced yet are counted by weekends alone. It is computed anew once the year is imported.',
});
