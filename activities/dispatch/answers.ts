import type { Channel } from '../../domain/model/message.ts';

/** What the workflow of a channel asks for. It is told nothing: a history names nobody. */
export interface DispatchActivities {
  /** Plans and sends what is due on the channel, for some minutes. */
  dispatch(channel: Channel): Promise<void>;
}
