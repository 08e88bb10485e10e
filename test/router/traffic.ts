// SPDX-License-Identifier: Apache-2.0
/**
 * Traffic that moves: connections whose age, counters and path follow from the clock alone, so that the same
 * seed gives the same table at the same second. Each slot carries one connection after another.
 */
import type { Flow } from '../../rpcd/api/index.ts';
import type { Client } from './clients.ts';
import type { Connection } from './conntrack.ts';
import { isKept as isKeptBy, type Carried } from '../rpcd/policy/judge.ts';
import type { Engine, Flowtable, KernelPolicy } from './kernel.ts';

/** What a connection does. Rates are bytes per second, times seconds. */
interface Service {
	protocol: Connection['protocol'];
	port: number;
	download: number;
	upload: number;
	lasts: number;
	/** To the router itself: never offloaded. */
	local?: true;
	/** Nobody answers: that of UDP is offloaded all the same (6.12; conntrack/mixed-25.12.txt). */
	unanswered?: true;
	/** A helper reads its packets: never offloaded. */
	helped?: true;
}

const SERVICES: readonly Service[] = [
	{ protocol: 'tcp', port: 443, download: 11_000_000, upload: 140_000, lasts: 1800 },
	{ protocol: 'udp', port: 443, download: 3_100_000, upload: 60_000, lasts: 900 },
	{ protocol: 'tcp', port: 443, download: 48_000, upload: 9_000, lasts: 240 },
	{ protocol: 'udp', port: 3478, download: 320_000, upload: 290_000, lasts: 1200 },
	{ protocol: 'udp', port: 53, download: 90, upload: 40, lasts: 20, local: true },
	{ protocol: 'tcp', port: 873, download: 20_000, upload: 4_200_000, lasts: 3600 },
	{ protocol: 'tcp', port: 21, download: 900, upload: 400, lasts: 5400, helped: true },
	{ protocol: 'icmp', port: 0, download: 84, upload: 84, lasts: 30 },
	{ protocol: 'udp', port: 9999, download: 0, upload: 92, lasts: 60, unanswered: true },
	{ protocol: 'tcp', port: 80, download: 40_000, upload: 3_000, lasts: 120, local: true },
	{ protocol: 'udp', port: 123, download: 8, upload: 8, lasts: 40 }
];

/** The kernel offloads from the first packet of an established connection; those that send every second take one. */
const SECONDS_UNTIL_OFFLOADED = 1;
/** Slots whose connections have a place in an engine's table that is full. */
const ENTRIES = 12;
const MTU = 1400;
/** Seconds for which the counters of a swallowed connection still move: what was on its way, and what is sent again. */
const LAST_GASP = 4;
const WAN_ADDRESS = '203.0.113.1';
/** Of whoever is at the other end of the uplink. */
const GATEWAY_MAC = '02:00:00:00:ff:01';
const ROUTER_ADDRESS = '192.168.1.1';
const ROUTER_ADDRESS6 = '2001:0db8:0001:0000:0000:0000:0000:0001';

export interface Situation {
	/** Seconds since the boot. */
	now: number;
	/** When firewall4 was loaded last. */
	loadedAt: number;
	flowtable: Flowtable;
	engine: Engine;
	/** Keeps connections on the CPU; null where none does. */
	policy: KernelPolicy | null;
	/** The device that the uplink's packets leave by. */
	uplink: string;
}

/** The connection of every slot that has one now. */
export function connections(
	seed: number,
	slots: number,
	clients: readonly Client[],
	situation: Situation
): Connection[] {
	const found: Connection[] = [];
	for (let slot = 0; slot < slots; slot++) {
		const service = SERVICES[slot % SERVICES.length];
		const client = clients[random(seed, slot, 0) % clients.length];
		if (!service || !client) continue;
		const time = situation.now + (random(seed, slot, 1) % service.lasts);
		const generation = Math.floor(time / service.lasts);
		// None is older than the router.
		const age = Math.min(time - generation * service.lasts, situation.now);
		const one = connection(seed, slot, generation, age, service, client, situation);
		found.push(isKept(one, client, situation) ? { ...one, path: 'cpu' } : one);
	}
	return found;
}

/** Whether the rules of a policy leave it to the CPU. */
function isKept(
	{ ipv6, protocol, path, original, sent, received, returns_to }: Connection,
	client: Client,
	{ policy, uplink }: Situation
): boolean {
	if (path === 'cpu' || policy === null) return false;
	const flow: Flow = {
		family: ipv6 ? 'ipv6' : 'ipv4',
		protocol,
		path,
		state: null,
		timeout: null,
		replied: true,
		original: { ...original, ...sent },
		reply: {
			source: original.destination,
			destination: returns_to,
			source_port: original.destination_port,
			destination_port: original.source_port,
			...received
		}
	};
	const carried: Carried = {
		from: 'br-lan',
		to: uplink,
		macs: [client.mac.toLowerCase(), GATEWAY_MAC],
		dscp: [0, 0],
		mark: 0
	};
	return isKeptBy(policy.rules, flow, carried, policy.zones);
}

function connection(
	seed: number,
	slot: number,
	generation: number,
	age: number,
	service: Service,
	client: Client,
	situation: Situation
): Connection {
	const dice = random(seed, slot, 2 + generation);
	// Whether a slot speaks IPv6 does not change with its connections.
	const ipv6 = random(seed, slot, 0) % 4 === 3;
	const source = ipv6 ? client.ipv6 : client.ipv4;
	const destination = service.local ? (ipv6 ? ROUTER_ADDRESS6 : ROUTER_ADDRESS) : server(dice, ipv6);
	const share = 0.25 + (dice % 1000) / 1000;
	const settled = Math.min(age, situation.now - situation.loadedAt) >= SECONDS_UNTIL_OFFLOADED;
	const eligible =
		!service.local && !service.helped && (service.protocol === 'tcp' || service.protocol === 'udp');
	const fast = takes(situation, slot, ipv6) ? 'hardware' : 'software';
	const offloaded = eligible && settled && situation.flowtable !== null;
	const taken = Math.max(age - (situation.now - situation.loadedAt), 0) + SECONDS_UNTIL_OFFLOADED;
	const swallowed = offloaded && fast === 'hardware' && situation.engine === 'swallows';
	const [sending, answering] = swallowed ? movedUntil(service, age, taken) : [age, age];
	return {
		ipv6,
		protocol: service.protocol === 'icmp' && ipv6 ? 'icmpv6' : service.protocol,
		path: offloaded ? fast : 'cpu',
		replied: !service.unanswered,
		// A port that is free for this slot, whatever the others take.
		original: {
			source,
			destination,
			source_port: 1024 + ((slot * 7 + generation) % 64000),
			destination_port: service.port
		},
		returns_to: ipv6 || service.local ? source : WAN_ADDRESS,
		sent: counted(service.upload * share * sending),
		received: counted(service.unanswered ? 0 : service.download * share * answering),
		id: dice & 0xffff
	};
}

/**
 * Until which age what a connection sends, and what is answered, is counted where an engine swallows it: an engine counts what it
 * takes. The ends of TCP stop soon after nothing arrives; those of UDP may not know, and one that only answers has nothing to.
 */
function movedUntil(service: Service, age: number, taken: number): [sending: number, answering: number] {
	const end = Math.min(age, taken + LAST_GASP);
	if (service.protocol === 'tcp') return [end, end];
	return service.upload * 2 > service.download ? [age, age] : [age, end];
}

/** Whether the flow engine takes a connection. */
function takes({ flowtable, engine }: Situation, slot: number, ipv6: boolean): boolean {
	if (flowtable?.hardware !== true) return false;
	switch (engine) {
		case 'none':
		case 'unknown':
		case 'takes nothing':
			return false;
		case 'swallows':
		case 'takes all':
		case 'takes one way':
			return true;
		case 'takes IPv4':
			return !ipv6;
		case 'is full':
			return slot < ENTRIES;
	}
}

function counted(bytes: number): { bytes: number; packets: number } {
	const whole = Math.round(bytes);
	return { bytes: whole, packets: whole === 0 ? 0 : Math.max(1, Math.ceil(whole / MTU)) };
}

function server(dice: number, ipv6: boolean): string {
	const host = (dice >>> 8) & 0xffff;
	return ipv6
		? `2001:0db8:00ff:0000:0000:0000:0000:${host.toString(16).padStart(4, '0')}`
		: `198.51.${100 + (host >>> 15)}.${1 + (host % 250)}`;
}

/** 32 bits that look random and follow from three numbers (the finalizer of MurmurHash3). */
function random(seed: number, slot: number, step: number): number {
	let mixed = Math.imul(seed ^ Math.imul(slot + 1, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b), 0xcc9e2d51);
	mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
	return (mixed ^ (mixed >>> 16)) >>> 0;
}
