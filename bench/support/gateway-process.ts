import { startSmsGateway, type SmsBehaviour } from '../../local/sms-gateway.ts';

/** What the benchmark hands to this program, as its only argument. */
export interface GatewayProcess {
  readonly secret: string;
  readonly behaviour: Partial<SmsBehaviour>;
}

/** The local gateway as a process of its own; it says where it is, and ends with whoever started it. */
if (process.argv[2]) {
  const { url, controlUrl } = await startSmsGateway(JSON.parse(process.argv[2]) as GatewayProcess);
  process.once('disconnect', () => process.exit());
  process.send?.({ url, controlUrl });
}
