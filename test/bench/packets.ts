// SPDX-License-Identifier: Apache-2.0
/**
 * Instructions that the router's kernel spends on a forwarded packet: on the CPU's path, in the software flowtable, and
 * with a packet engine, under firewall4's own ruleset. The packet belongs to an established connection, goes from the LAN
 * (a bridge) to the wan, and is counted from where one driver hands it to the kernel until the next driver has it.
 *
 *     node --import ts-blank-space/register test/bench/packets.ts
 */
import { asCommand } from '../../packaging/command.ts';
import { Engine, FAR, LAN, PORTS } from '../vm/engine/engine.ts';
import { ethernet, IPV4, IPV6, tcp, TCP, udp, type End } from '../vm/frames.ts';
import { NoImages } from '../vm/images.ts';
import { HARDWARE, SOFTWARE } from '../vm/offloading.ts';
import { install } from '../vm/product.ts';
import { Router } from '../vm/router.ts';
import { CLIENT, connections, openTraffic, SERVER, type Family, type Mark } from '../vm/traffic.ts';
import { until } from '../vm/until.ts';
import { median } from './median.ts';

const COPIES = 1000;
/** Each figure is taken so often, to tell how far it can be trusted. */
const ROUNDS = 3;
/** Packets until a connection is where its mode has it. */
const FIRST = 20;
const MTU = 1500;
const FIREWALL = '/etc/config/firewall';
const KEPT = '/tmp/firewall';

/** Appends rules that no packet of ours matches. */
const rules = (target: string): string => `
	for port in $(seq 20001 20200); do
		printf "\\nconfig rule\\n option src lan\\n option dest wan\\n option dest_port $port\\n option target ${target}\\n"
	done >>${FIREWALL}`;

/** firewall4 lets a known connection pass before it looks at rules that accept, and after those that mark. */
const RULESETS = {
	'the default rules': '',
	'200 more that accept': rules('ACCEPT'),
	'200 more that mark': rules('MARK\\n option set_mark 1')
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

/** Rules of a policy, and addresses of each, of either family. */
const POLICY_RULES = 200;
const OF_EACH = [3, 2] as const;

/**
 * Has our include carry the largest policy out, in which two of the addresses are these. Rules that differ in their clients alone are
 * one for nft; `apart` each has a port of its own as well, the last one the packets' (discard).
 */
const withPolicy = (ipv4: string, ipv6: string, apart = false): string => `
	uci set firewall.policy=include
	uci set firewall.policy.type=script
	uci set firewall.policy.path=/usr/libexec/nft-offload/policy
	uci set firewall.policy.fw4_compatible=1
	for rule in $(seq ${POLICY_RULES - 1}); do
		printf "\nconfig keep\n\toption name 'rule $rule'\n"
		for i in $(seq ${OF_EACH[0]}); do printf "\tlist client '10.$rule.$i.1'\n"; done
		for i in $(seq ${OF_EACH[1]}); do printf "\tlist client 'fd00:$rule::$i'\n"; done
		${apart ? `printf "\\tlist port '$((20000 + rule))'\\n"` : ''}
	done >/etc/config/nft-offload
	printf "\nconfig keep\n\toption name 'last'\n" >>/etc/config/nft-offload
	for address in 10.200.1.1 10.200.2.1 ${ipv4} fd00:200::1 ${ipv6}; do
		printf "\tlist client '$address'\n"
	done >>/etc/config/nft-offload
	${apart ? `printf "\tlist port '9'\n" >>/etc/config/nft-offload` : ''}
	${SOFTWARE}
	nft-offload policy | grep -q '^In force'`;

/** What a policy of 200 rules and 1,000 addresses costs a packet of what it keeps, as the first of each connection, and any other. */
const POLICY_MODES: readonly Mode[] = [
	{ name: 'kept', script: withPolicy(CLIENT.ipv4, CLIENT.ipv6), mark: null },
	{ name: 'software', script: withPolicy('10.200.3.1', 'fd00:200::2'), mark: '[OFFLOAD]' },
	{ name: 'apart', script: withPolicy(CLIENT.ipv4, CLIENT.ipv6, true), mark: null }
];

interface Kind {
	protocol: 'udp' | 'tcp';
	family: Family;
	/** As large as the network takes; else of 18 bytes (UDP), or none (TCP). */
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
		yield `instructions not counted: ${error.message}`;
		return;
	}
	try {
		const { noEngine, version } = router.machine;
		if (noEngine !== null) {
			yield `instructions not counted: ${noEngine}`;
			return;
		}
		const kernel = (await router.run('uname -r')).trim();
		yield `instructions of a forwarded packet, OpenWrt ${version} on kernel ${kernel}`;
		const bench = await Bench.open(router);
		for (const [name, script] of Object.entries(RULESETS)) yield* bench.measure(name, script);
		await install(router);
		yield* bench.measure('a policy of 200 rules', '', POLICY_MODES);
		yield `  each taken ${ROUNDS} times, which were at most ${bench.spread} instructions apart`;
	} finally {
		router.stop();
	}
}

/** Addresses of what sends and receives, as six bytes each. */
interface Macs {
	client: Buffer;
	lan: Buffer;
	far: Buffer;
	server: Buffer;
}

class Bench {
	private readonly router: Router;
	private readonly engine: Engine;
	private readonly macs: Macs;
	private port = 40_000;
	/** The most that two measurements of the same differed. */
	spread = 0;

	private constructor(router: Router, engine: Engine, macs: Macs) {
		this.router = router;
		this.engine = engine;
		this.macs = macs;
	}

	static async open(router: Router): Promise<Bench> {
		await openTraffic(router);
		const engine = await Engine.plug(router);
		// One device in the zone, as most routers have it. The hosts' kernels know nothing of the connections, and would reset them.
		await router.run(`
			set -e
			wan=$(uci show firewall | sed -n "s/^\\(firewall.@zone.*\\).name='wan'$/\\1/p")
			uci set "$wan.network=far"
			uci commit firewall
			cp ${FIREWALL} ${KEPT}
			for space in client server; do
				ip netns exec $space nft '
					table inet silent {
						counter taken {}
						chain input { type filter hook input priority 0; meta l4proto { tcp, udp } counter name taken drop; };
					}'
			done`);
		const mac = async (host: string, device: string): Promise<Buffer> => {
			const address = await router.run(`${host} cat /sys/class/net/${device}/address`);
			return Buffer.from(address.trim().replaceAll(':', ''), 'hex');
		};
		return new Bench(router, engine, {
			client: await mac('ip netns exec client', 'eth0'),
			lan: await mac('', 'br-lan'),
			far: await mac('', PORTS[FAR]),
			server: await mac('ip netns exec server', 'eth0')
		});
	}

	/** A table: a line for each kind of packet, a column for each mode. */
	async *measure(name: string, script: string, modes = MODES): AsyncGenerator<string> {
		const found = new Map<Kind, number[]>(KINDS.map((kind) => [kind, []]));
		await this.router.run(`cp ${KEPT} ${FIREWALL}${script}`);
		for (const mode of modes) {
			await this.router.run(mode.script, 120);
			for (const [kind, figures] of found) figures.push(await this.instructions(kind, mode.mark));
		}
		yield row(
			name,
			modes.map((mode) => mode.name),
			`${modes[0]?.name ?? ''} : software`
		);
		for (const [kind, figures] of found) {
			const [cpu = NaN, software = NaN] = figures;
			yield row(`  ${nameOf(kind)}`, figures, (cpu / software).toFixed(2));
		}
	}

	/** Of a packet of a new connection, once that is where its mode has it. */
	private async instructions(kind: Kind, mark: Mark | null): Promise<number> {
		const client = { address: CLIENT[kind.family], port: ++this.port };
		const frame = await this.connect(kind, client);
		await this.engine.send(LAN, frame, FIRST);
		await until(`${nameOf(kind)} ${mark ?? 'on the CPU'}`, 30, async () => {
			const lines = await connections(this.router, kind.family, kind.protocol);
			const line = lines.find((each) => each.includes(` sport=${client.port} `));
			return line !== undefined && (/\[(?:HW_)?OFFLOAD\]/.exec(line)?.[0] ?? null) === mark;
		});
		const rounds: number[] = [];
		while (rounds.length < ROUNDS) {
			const before = await this.arrived();
			// The median is without what the clock's interrupts add now and then.
			rounds.push(median(await this.engine.send(LAN, frame, COPIES)));
			const arrived = (await this.arrived()) - before;
			if (arrived !== COPIES) throw new Error(`${nameOf(kind)}: ${arrived} of ${COPIES} arrived`);
		}
		this.spread = Math.max(this.spread, Math.max(...rounds) - Math.min(...rounds));
		return median(rounds);
	}

	/** Packets that have come to the server. */
	private async arrived(): Promise<number> {
		const counter = await this.router.run('ip netns exec server nft list counter inet silent taken');
		return Number(/packets (\d+)/.exec(counter)?.[1]);
	}

	/** Establishes a connection: a frame of the client's, of the kind, that goes on with it. */
	private async connect({ family, protocol, full }: Kind, client: End): Promise<Buffer> {
		const type = family === 'ipv4' ? IPV4 : IPV6;
		const server = { address: SERVER[family], port: 9 };
		// What leaves by the zone wan over IPv4 is masqueraded, and keeps its port.
		const seen = family === 'ipv4' ? { address: '10.9.9.1', port: client.port } : client;
		const up = (packet: Buffer) => ethernet(this.macs.lan, this.macs.client, type, packet);
		const down = (packet: Buffer) => ethernet(this.macs.far, this.macs.server, type, packet);
		const room = MTU - (family === 'ipv4' ? 20 : 40);
		if (protocol === 'udp') {
			const frame = up(udp(client, server, Buffer.alloc(full ? room - 8 : 18)));
			await this.engine.send(LAN, frame);
			await this.engine.send(FAR, down(udp(server, seen, Buffer.alloc(18))));
			return frame;
		}
		const payload = Buffer.alloc(0);
		const syn = { flags: TCP.SYN, sequence: 1000, acknowledged: 0, payload };
		const synAck = { flags: TCP.SYN | TCP.ACK, sequence: 5000, acknowledged: 1001, payload };
		const ack = { flags: TCP.ACK, sequence: 1001, acknowledged: 5001, payload };
		await this.engine.send(LAN, up(tcp(client, server, syn)));
		await this.engine.send(FAR, down(tcp(server, seen, synAck)));
		await this.engine.send(LAN, up(tcp(client, server, ack)));
		return up(tcp(client, server, full ? { ...ack, payload: Buffer.alloc(room - 20) } : ack));
	}
}

const nameOf = ({ protocol, family, full }: Kind): string =>
	`${full ? 'full' : 'small'} ${protocol.toUpperCase()}, ${family === 'ipv4' ? 'IPv4 with NAT' : 'IPv6'}`;

const row = (name: string, figures: readonly (string | number)[], ratio: string): string =>
	name.padEnd(28) + [...figures, ratio.padStart(17)].map((each) => String(each).padStart(10)).join('');

await asCommand(import.meta.filename, async () => {
	for await (const line of benchPackets()) console.log(line);
});
