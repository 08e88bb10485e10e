// SPDX-License-Identifier: Apache-2.0
/** What passes the router's devices, and what it costs its processor: counters since the boot. */
import type { Kernel } from './kernel.ts';
import { carriersOf } from './network.ts';

/** Bytes per second, on an average of a wave that rises and falls by a third. */
const DOWNLOAD = 112_000_000;
const UPLOAD = 27_000_000;
const WAVE_SECONDS = 90;
/** Ticks per second of /proc/stat (USER_HZ), on two cores, of which each forwards half. */
const CORES = 2;
const TICKS = 100 * CORES;
/** Of the processor's time, what forwarding takes on each path: figures to draw, not measurements. */
const SOFTIRQ = { cpu: 0.55, software: 0.2, hardware: 0.02 };

/** The share of bytes that is not offloaded where offloading is on. */
const SLOW = 0.05;

export class Load {
	readonly #kernel: Kernel;
	/** Whether anything passes at all. */
	readonly #traffic: boolean;
	#at: number;
	#softirq: number;
	/** Bytes that each device has received and sent. */
	readonly #passed = new Map<string, [received: number, sent: number]>();

	constructor(kernel: Kernel, uptime: number, traffic: boolean) {
		this.#kernel = kernel;
		this.#traffic = traffic;
		this.#at = uptime;
		this.#softirq = traffic ? uptime * TICKS * SOFTIRQ.cpu : 0;
		this.#add(uptime, 0, 'cpu');
		kernel.write('proc/net/route', routes(this.#uplink.device));
		kernel.write('proc/net/ipv6_route', '');
	}

	/** Brings the counters to a moment, in seconds since the boot. `inHardware`: whether an engine has taken any of it. */
	show(uptime: number, inHardware: boolean): void {
		const path = this.#kernel.flowtable === null ? 'cpu' : inHardware ? 'hardware' : 'software';
		if (this.#traffic) this.#softirq += (uptime - this.#at) * TICKS * SOFTIRQ[path];
		this.#add(uptime, this.#at, path);
		this.#at = uptime;
		const lines = [...this.#passed].map(([name, [received, sent]]) => device(name, received, sent));
		this.#kernel.write('proc/net/dev', HEADER + device('lo', 0, 0) + lines.join(''));
		this.#kernel.write('proc/stat', processor(uptime * TICKS, this.#softirq));
	}

	get #uplink(): { device: string; carrier: string } {
		return carriersOf('wan', this.#kernel.hardware.uplink) ?? { device: 'wan', carrier: 'wan' };
	}

	/**
	 * Adds what has passed since a moment. What is offloaded is counted where it enters and leaves, on the ports, and nowhere
	 * above; a chip that forwards by itself counts nothing at all.
	 */
	#add(uptime: number, since: number, path: keyof typeof SOFTIRQ): void {
		const passed = (rate: number): number =>
			this.#traffic ? transferred(rate, uptime) - (since > 0 ? transferred(rate, since) : 0) : 0;
		const seen = { ports: path === 'hardware' ? SLOW : 1, above: path === 'cpu' ? 1 : SLOW };
		const count = (name: string, received: number, sent: number): void => {
			const [before, and] = this.#passed.get(name) ?? [0, 0];
			this.#passed.set(name, [before + Math.round(received), and + Math.round(sent)]);
		};
		const [down, up] = [passed(DOWNLOAD), passed(UPLOAD)];
		count('br-lan', seen.above * up, seen.above * down);
		count('lan1', seen.ports * up, seen.ports * down);
		count('wan', seen.ports * down, seen.ports * up);
		const { device: above } = this.#uplink;
		if (above !== 'wan') count(above, seen.above * down, seen.above * up);
	}
}

/** The bytes of all the time until then: the integral of a rate that never is below zero. */
function transferred(rate: number, uptime: number): number {
	const turn = (2 * Math.PI) / WAVE_SECONDS;
	return Math.round(rate * (uptime + (1 - Math.cos(uptime * turn)) / (3 * turn)));
}

/** The gateway, and the LAN. Addresses are in hexadecimal digits, their bytes in reverse. */
const routes = (uplink: string): string =>
	[
		'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
		`${uplink}\t00000000\t027100CB\t0003\t0\t0\t0\t00000000\t0\t0\t0`,
		'br-lan\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
		''
	].join('\n');

const HEADER = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;

function device(name: string, received: number, sent: number): string {
	const packets = (bytes: number): number => Math.ceil(bytes / 1400);
	return `${name.padStart(6)}: ${received} ${packets(received)} 0 0 0 0 0 0 ${sent} ${packets(sent)} 0 0 0 0 0 0\n`;
}

function processor(total: number, softirq: number): string {
	const [user, system] = [total * 0.02, total * 0.01];
	const idle = total - user - system - softirq;
	const line = (name: string, share: number): string =>
		`${name} ${[user, 0, system, idle, 0, 0, softirq, 0, 0, 0].map((ticks) => Math.floor(ticks / share)).join(' ')}\n`;
	const cores = Array.from({ length: CORES }, (_, core) => line(`cpu${core}`, CORES));
	return line('cpu ', 1) + cores.join('');
}
