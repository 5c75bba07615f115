import { type TcpProxy, tcpProxy } from '../../../infra/process/tcp-proxy.ts';
import type { EndpointName } from '../../../infra/topology/endpoint.ts';
import type { DrillCase, DrillSetting, FaultDrill, Prepared } from '../drill.ts';
import { writesAndStreams } from '../writes-and-streams.ts';

/** ms; of each piece, in either direction. */
const latency = 50;
/** ms; how long the network is ill. */
const lasts = 2000;

/** A proxy stands in the way, and is told to be a bad network. */
export const network: FaultDrill = {
  name: 'network',
  what: 'latency, lost connections and half-open ones between client, pooler, primary and replica',
  wants: ['pooler', 'replica1', 'replica2'],
  inAll: true,
  cases: () => [
    ...ills.map((ill) => ({ ...between('client', 'pooler', ill), needs: ['pooler'] as const })),
    ...ills.map((ill) => ({ ...between('pooler', 'primary', ill), needs: ['pooler'] as const })),
    ...ills.slice(1).map((ill) => ({
      ...between('replica1', 'primary', ill),
      ...{ needs: ['replica1'] as const, reads: 'replica1' as const, judged: 'reads' as const },
    })),
  ],
};

type Ill = readonly [name: string, set: (proxy: TcpProxy) => void];
const ills: readonly Ill[] = [
  [`${latency} ms latency`, (proxy) => proxy.delay(latency)],
  ['connections lost', (proxy) => proxy.refuse()],
  ['half-open', (proxy) => proxy.swallow()],
];

function between(from: 'client' | EndpointName, to: EndpointName, [name, set]: Ill): DrillCase {
  let proxy: TcpProxy | undefined;
  return {
    name: `${from} to ${to}, ${name}`,
    needs: [],
    stopsServers: from !== 'client',
    via: 'pooler',
    judged: 'writes',
    promise: 'no-loss',
    holdMs: lasts,
    async prepare(setting) {
      const { host, port } = setting.topology.get(to);
      const own = await tcpProxy({ host, port });
      proxy = own;
      return route(setting, from, to, own);
    },
    inject: async () => set(proxy!),
    heal: async () => proxy?.pass(),
    healed: writesAndStreams,
  };
}

/** Leads a way through the proxy; disposing what it returns leads it past it again. */
async function route(
  { topology, database, control }: DrillSetting,
  from: 'client' | EndpointName,
  to: EndpointName,
  proxy: TcpProxy,
): Promise<Prepared> {
  const end = () => proxy[Symbol.asyncDispose]();
  if (from === 'client') {
    const url = Object.assign(new URL(topology.get(to).url('app', database)), { port: `${proxy.port}` }).href;
    return { writesUrl: url, readsUrl: url, [Symbol.asyncDispose]: end };
  }
  const point = (port: number | undefined) =>
    from === 'pooler' ? control!.pointPooler(to, port) : control!.follow(from, to, port);
  await point(proxy.port);
  return {
    async [Symbol.asyncDispose]() {
      await point(undefined);
      await end();
    },
  };
}
