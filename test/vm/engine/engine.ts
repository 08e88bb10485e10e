// SPDX-License-Identifier: Apache-2.0
/**
 * A router with a packet engine: the module of module/devices.c, whose ports take the place of traffic.ts's veth. Port 0
 * is in br-lan, at the client's cable; port 1 is the network `far` of the zone wan, at the server's.
 */
import type { Router } from '../router.ts';
import { rejoin, replug, stopTraffic, type Cables } from '../traffic.ts';

export const LAN = 0;
export const FAR = 1;
export const PORTS = ['port0', 'port1'] as const;

const CABLES: Cables = {
	lan: PORTS[LAN],
	far: PORTS[FAR],
	make: `
insmod packet_engine
ip link set cable${LAN} netns client; ip -n client link set cable${LAN} name eth0
ip link set cable${FAR} netns server; ip -n server link set cable${FAR} name eth0`,
	remove: 'rmmod packet_engine'
};

const PARAMETERS = '/sys/module/packet_engine/parameters';
const TABLE = '/sys/kernel/debug/ppe0/bind';
const GENERATOR = '/sys/kernel/debug/packet_engine';

/** How an engine can be worse than the best. Ports by their number. What is said of rules holds for new ones. */
export interface Behaviour {
	/** Ports that are plain network cards: netifd says hw-tc-offload false, and flowtables are refused. */
	noEngine: readonly number[];
	/** Ports that have the feature, and refuse flowtables all the same. */
	refuseBind: readonly number[];
	/** A port in one flowtable answers EBUSY to the next, as drivers without shared bindings do. */
	busy: boolean;
	refuseRules: boolean;
	ipv4Only: boolean;
	/** Only what leaves by this port is taken: LAN for downloads, FAR for uploads. */
	onlyTo: number | null;
	/** Room for so many rules; a connection has two. */
	entries: number;
	/** A black hole: what matches a rule is lost. Holds for the rules that are there as well. */
	swallow: boolean;
	/** Rules are kept alive, and never count. Holds for the rules that are there as well. */
	noStatistics: boolean;
	/** Ports count what the engine forwards past them. Holds for the rules that are there as well. */
	portCounters: boolean;
}

const BEST: Behaviour = {
	noEngine: [],
	refuseBind: [],
	busy: false,
	refuseRules: false,
	ipv4Only: false,
	onlyTo: null,
	entries: 16384,
	swallow: false,
	noStatistics: false,
	portCounters: false
};

/** An entry of the engine's table: one direction of a connection. */
export interface Entry {
	/** "IPv4 5T" or "IPv6 5T". */
	type: string;
	/** "ADDRESS:PORT->ADDRESS:PORT" as the frame comes, and for IPv4 as it leaves. */
	from: string;
	to: string | null;
	packets: number;
	bytes: number;
}

export class Engine {
	private readonly router: Router;

	private constructor(router: Router) {
		this.router = router;
	}

	/** Loads it, and joins client and server by it. */
	static async plug(router: Router): Promise<Engine> {
		await replug(router, CABLES);
		return new Engine(router);
	}

	/** After it `restore` puts the configuration back. */
	async unplug(): Promise<void> {
		await stopTraffic(this.router);
		await rejoin(this.router, CABLES);
	}

	/** What is not named becomes as the best engine has it. */
	async set(behaviour: Partial<Behaviour> = {}): Promise<void> {
		const all = { ...BEST, ...behaviour };
		const values = Object.entries({
			no_engine: mask(all.noEngine),
			refuse_bind: mask(all.refuseBind),
			busy: flag(all.busy),
			refuse_rules: flag(all.refuseRules),
			ipv4_only: flag(all.ipv4Only),
			only_to: all.onlyTo ?? -1,
			entries: all.entries,
			swallow: flag(all.swallow),
			no_statistics: flag(all.noStatistics),
			port_counters: flag(all.portCounters)
		});
		await this.router.run(values.map(([name, value]) => `echo ${value} >${PARAMETERS}/${name}`).join(' && '));
	}

	/** The engine's own table. */
	async entries(): Promise<Entry[]> {
		const text = await this.router.run(`cat ${TABLE}`);
		return text.split('\n').filter(Boolean).map(readEntry);
	}

	/**
	 * Has the host at a port's cable send a frame so often: what the router spent on each, from where a driver hands it to the
	 * kernel until another driver has it. Instructions on a `counted` router, else cycles. 0: the engine took it.
	 */
	async send(port: number, frame: Buffer, copies = 1): Promise<number[]> {
		const octal = [...frame].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
		const cable = `${GENERATOR}/cable${port}`;
		// The shell writes a frame in pieces.
		const spent = await this.router.run(`
			set -e
			echo ${copies} >${PARAMETERS}/copies
			printf '${octal}' >/tmp/frame
			dd if=/tmp/frame of=${cable} bs=${frame.length} 2>/dev/null
			cat ${cable}`);
		return spent.trim().split('\n').map(Number);
	}

	/** Packets that came in through a port, and so to the CPU. */
	async received(port: number): Promise<number> {
		return Number(await this.router.run(`cat /sys/class/net/port${port}/statistics/rx_packets`));
	}
}

const mask = (ports: readonly number[]): number => ports.reduce((bits, port) => bits | (1 << port), 0);
const flag = (on: boolean): number => (on ? 1 : 0);

function readEntry(line: string): Entry {
	const found = /^[0-9a-f]{5} BND (IPv. 5T) orig=(\S+)(?: new=(\S+))? eth=.* packets=(\d+) bytes=(\d+)$/.exec(
		line
	);
	if (!found) throw new Error(`not an entry of the engine's table: ${line}`);
	const [, type = '', from = '', to = null, packets, bytes] = found;
	return { type, from, to, packets: Number(packets), bytes: Number(bytes) };
}
