// SPDX-License-Identifier: Apache-2.0
/**
 * Instructions that the router's kernel spends on a forwarded packet: on the CPU's path, in the software flowtable, and
 * with a packet engine, under firewall4's own ruleset. The packet is an established connection's on its way from the
 * LAN, handed to the kernel as a driver does, and counted until the next driver has it.
 *
 *     node --import ts-blank-space/register test/bench/packets.ts
 */
import { asCommand } from '../../packaging/command.ts';
import { Engine, FAR, LAN, PORTS } from '../vm/engine/engine.ts';
import { ethernet, IPV4, IPV6, tcp, TCP, udp, type End } from '../vm/frames.ts';
import { NoImages } from '../vm/images.ts';
import { HARDWARE, SOFTWARE } from '../vm/offloading.ts';
import { Router } from '../vm/router.ts';
import { CLIENT, connections, openTraffic, SERVER, type Family, type Mark } from '../vm/traffic.ts';
import { until } from '../vm/until.ts';
import { median } from './median.ts';

const COPIES = 1000;
/** Each figure is taken so often, to tell how far it can be trusted. */
const ROUNDS = 3;
/** Until a connection is where its mode has it. */
const FIRST = 20;
const FIREWALL = '/etc/config/firewall';

/** Rules that no packet of ours matches. Those that mark come before firewall4 passes what belongs to a known connection. */
const rules = (target: string) => `
for port in $(seq 20001 20200); do
	printf "\\nconfig rule\\n\\toption src lan\\n\\toption dest wan\\n\\toption proto 'tcp udp'\\n\\toption dest_port $port\\n\\toption ${target}\\n"
done >>${FIREWALL}`;

const RULESETS = {
	'the default rules': '',
	'200 further rules that accept': rules('target ACCEPT'),
	'200 further rules that mark': rules('target MARK\\n\\toption set_mark 1')
};

interface Mode {
	name: string;
	script: string;
	mark: Mark | null;
}

const MODES: readonly Mode[] = [
	{ name: 'CPU', script: 'fw4 -q reload', mark: null },
	{ name: 'software', script: SOFTWARE, mark: '[OFFLOAD]' },
	{ name: 'hardware', script: HARDWARE, mark: '[HW_OFFLOAD]' }
];

interface Kind {
	protocol: 'udp' | 'tcp';
	family: Family;
	full: boolean;
}

const KINDS: readonly Kind[] = [false, true].flatMap((full) =>
	(['udp', 'tcp'] as const).flatMap((protocol) =>
		(['ipv4', 'ipv6'] as const).map((family) => ({ protocol, family, full }))
	)
);

/** Lines of figures as they are measured; one that says why where there is nothing to measure on. */
export async function* benchPackets(): AsyncGenerator<string> {
	let router;
	try {
		router = await Router.boot({ counted: true });
	} catch (error) {
		if (!(error instanceof NoImages)) throw error;
		yield `instructions of a packet not counted: ${error.message}`;
		return;
	}
	try {
		const { noEngine, version } = router.machine;
		if (noEngine !== null) {
			yield `instructions of a packet not counted: ${noEngine}`;
			return;
		}
		const bench = await Bench.open(router);
		yield `instructions of a forwarded packet: OpenWrt ${version}, kernel ${(await router.run('uname -r')).trim()}`;
		for (const [name, script] of Object.entries(RULESETS)) yield* bench.measure(name, script);
		yield `  the same figure taken ${ROUNDS} times: at most ${bench.spread} instructions apart`;
	} finally {
		router.stop();
	}
}

class Bench {
	private readonly router: Router;
	private readonly engine: Engine;
	private readonly macs: { client: Buffer; lan: Buffer; far: Buffer; server: Buffer };
	private port = 40_000;
	/** The most that two measurements of the same differed. */
	spread = 0;

	private constructor(router: Router, engine: Engine, macs: readonly Buffer[]) {
		this.router = router;
		this.engine = engine;
		const [client, lan, far, server] = macs;
		if (!client || !lan || !far || !server) throw new Error('a device without an address');
		this.macs = { client, lan, far, server };
	}

	static async open(router: Router): Promise<Bench> {
		await openTraffic(router);
		const engine = await Engine.plug(router);
		// The hosts' kernels know nothing of the connections, and would reset them.
		const silent = '{ chain input { type filter hook input priority 0; meta l4proto { tcp, udp } drop; }; }';
		await router.run(`
			cp ${FIREWALL} /tmp/firewall
			for space in client server; do ip netns exec $space nft "add table inet silent ${silent}"; done`);
		const address = '/sys/class/net/eth0/address';
		const macs = await router.run(`
			ip netns exec client cat ${address}
			cat /sys/class/net/br-lan/address /sys/class/net/${PORTS[FAR]}/address
			ip netns exec server cat ${address}`);
		const bytes = macs
			.trim()
			.split('\n')
			.map((mac) => Buffer.from(mac.replaceAll(':', ''), 'hex'));
		return new Bench(router, engine, bytes);
	}

	async *measure(rulesName: string, script: string): AsyncGenerator<string> {
		const found = new Map<Kind, number[]>(KINDS.map((kind) => [kind, []]));
		await this.router.run(`cp /tmp/firewall ${FIREWALL}${script}`);
		for (const { script, mark } of MODES) {
			await this.router.run(script);
			for (const kind of KINDS) found.get(kind)?.push(await this.instructions(kind, mark));
		}
		yield (
			`with ${rulesName}`.padEnd(36) +
			MODES.map(({ name }) => name.padStart(10)).join('') +
			'   CPU : software'
		);
		for (const [kind, figures] of found) {
			const [cpu = NaN, software = NaN] = figures;
			const columns = figures.map((figure) => String(figure).padStart(10)).join('');
			yield `  ${nameOf(kind)}`.padEnd(36) + columns + (cpu / software).toFixed(2).padStart(17);
		}
	}

	/** Of a packet of a connection of its own. */
	private async instructions(kind: Kind, mark: Mark | null): Promise<number> {
		const { family, protocol, full } = kind;
		const client = { address: CLIENT[family], port: ++this.port };
		const server = { address: SERVER[family], port: 9 };
		const frame = await this.connect(kind, client, server);
		await this.engine.send(LAN, frame, FIRST);
		await until(`${protocol} over ${family} ${mark ?? 'on the CPU'}`, 30, async () => {
			const all = await connections(this.router, family, protocol);
			const line = all.find((each) => each.includes(` sport=${client.port} `));
			return line !== undefined && (/\[[A-Z]*_?OFFLOAD\]/.exec(line)?.[0] ?? null) === mark;
		});
		const rounds: number[] = [];
		for (let round = 0; round < ROUNDS; round++) {
			const before = await this.arrived();
			const spent = await this.engine.send(LAN, frame, COPIES);
			const packets = (await this.arrived()) - before;
			if (packets !== COPIES) throw new Error(`${packets} of ${COPIES} packets arrived`);
			rounds.push(median(spent));
			const mean = spent.reduce((a, b) => a + b, 0) / spent.length;
			if (process.env['SHOW'])
				console.error(
					full,
					family,
					protocol,
					mark,
					median(spent),
					mean.toFixed(1),
					Math.min(...spent),
					Math.max(...spent),
					new Set(spent).size
				);
		}
		this.spread = Math.max(this.spread, Math.max(...rounds) - Math.min(...rounds));
		return median(rounds);
	}

	/** Frames at the server. */
	private async arrived(): Promise<number> {
		return Number(
			await this.router.run('ip netns exec server cat /sys/class/net/eth0/statistics/rx_packets')
		);
	}

	/** Establishes the connection: a frame of the client's that goes on with it. */
	private async connect({ family, protocol, full }: Kind, client: End, server: End): Promise<Buffer> {
		const type = family === 'ipv4' ? IPV4 : IPV6;
		// firewall4 masquerades what leaves by wan over IPv4.
		const seen = family === 'ipv4' ? { address: '10.9.9.1', port: client.port } : client;
		const up = (packet: Buffer) => ethernet(this.macs.lan, this.macs.client, type, packet);
		const down = (packet: Buffer) => ethernet(this.macs.far, this.macs.server, type, packet);
		const room = 1500 - (family === 'ipv4' ? 20 : 40);
		if (protocol === 'udp') {
			const payload = Buffer.alloc(full ? room - 8 : 18);
			await this.engine.send(LAN, up(udp(client, server, payload)));
			await this.engine.send(FAR, down(udp(server, seen, payload)));
			return up(udp(client, server, payload));
		}
		const none = Buffer.alloc(0);
		const syn = { flags: TCP.SYN, sequence: 1000, acknowledged: 0, payload: none };
		const both = { flags: TCP.SYN | TCP.ACK, sequence: 5000, acknowledged: 1001, payload: none };
		const ack = { flags: TCP.ACK, sequence: 1001, acknowledged: 5001, payload: none };
		await this.engine.send(LAN, up(tcp(client, server, syn)));
		await this.engine.send(FAR, down(tcp(server, seen, both)));
		await this.engine.send(LAN, up(tcp(client, server, ack)));
		return up(tcp(client, server, { ...ack, payload: Buffer.alloc(full ? room - 20 : 0) }));
	}
}

const nameOf = ({ protocol, family, full }: Kind): string =>
	`${protocol.toUpperCase()} over ${family === 'ipv4' ? 'IPv4 with NAT' : 'IPv6'}, ${full ? 'full' : 'small'}`;

await asCommand(import.meta.filename, async () => {
	for await (const line of benchPackets()) console.log(line);
});
