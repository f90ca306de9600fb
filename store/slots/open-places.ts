/**
 * SQL: whom slot `s` of pool `p` is open to at `t.now`: its own, everybody once it is released, and the green channel
 * always.
 * @param audience placeholder
 */
export const isForAudience = (audience: string): string =>
  `(p.audience = ${audience} or p.audience = 'general' or ${audience} = 'green-channel' or coalesce(s.released_at <= t.now, false))`;

/** SQL: how many of the places of slot `s` may be taken as an audience at `t.now`. @param audience placeholder */
export const openPlaces = (audience: string): string =>
  `(s.capacity - case when ${audience} <> 'green-channel' and t.now < s.green_until then s.green_places else 0 end)`;
