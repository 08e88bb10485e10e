// SPDX-License-Identifier: Apache-2.0
/** Random policies over few addresses and ports, so that rules and connections meet, and the connections of a table. */
import fc from 'fast-check';
import type { Flow, PolicyRule } from '../../../rpcd/api/index.ts';
import type { Carried, ZoneDevices } from './judge.ts';

const ADDRESSES = ['192.168.1.50', '192.168.1.51', '192.168.2.7', '198.51.100.1', '203.0.113.9'];
const ADDRESSES6 = ['fd00::50', 'fd00::51', 'fd00:0:0:1::7', '2001:db8::1', '2001:db8:0:1::9'];
const PORTS = [53, 80, 443, 3478, 5000, 5005, 5010, 65535];

const address = fc.constantFrom(...ADDRESSES, ...ADDRESSES6);
const networks = fc.oneof(
	address,
	fc
		.tuple(address, fc.nat(128))
		.map(([text, bits]) => `${text}/${String(text.includes(':') ? bits : bits % 33)}`)
);
const port = fc.constantFrom(...PORTS);
const ports = fc.oneof(
	port.map(String),
	fc.tuple(port, port).map(([a, b]) => `${String(Math.min(a, b))}-${String(Math.max(a, b))}`)
);

/** `guest` has no device, and `vpn` two. */
export const ZONES: ZoneDevices = { lan: ['br-lan'], wan: ['eth1'], vpn: ['wg0', 'tun0'], guest: [] };
const MACS = ['02:00:00:00:00:50', '02:00:00:00:00:51', '02:00:00:00:0a:ff'] as const;
const DSCP = { EF: 46, CS5: 40, af41: 34, '0': 0, '46': 46 };
const MARKS = [0, 0x10, 0x1f, 0xf0, 0x80000000, 0xffffffff];

/** Names that would mean something to nft or a shell, were they ever to get there. */
const NAME = fc.oneof(
	fc.string({ minLength: 1, maxLength: 20 }),
	fc.constantFrom('"; flush ruleset; "', "a' b", '$(reboot)', '} drop', 'x\\', '#', 'comment "a"', '@ft')
);

const CONDITIONS = {
	family: fc.constantFrom('ipv4' as const, 'ipv6' as const),
	protocol: fc.constantFrom('tcp' as const, 'udp' as const),
	clients: fc.array(networks, { minLength: 1, maxLength: 6 }),
	destinations: fc.array(networks, { minLength: 1, maxLength: 4 }),
	ports: fc.array(ports, { minLength: 1, maxLength: 5 }),
	src: fc.constantFrom(...Object.keys(ZONES)),
	dest: fc.constantFrom(...Object.keys(ZONES)),
	macs: fc.array(
		fc.constantFrom(...MACS).map((mac) => mac.toUpperCase()),
		{ minLength: 1, maxLength: 3 }
	),
	dscp: fc.array(fc.constantFrom(...Object.keys(DSCP)), { minLength: 1, maxLength: 3 }),
	mark: fc.constantFrom('0x0', '0x10', '0x10/0xF0', '0x80000000/0x80000000', '0x0/0xf', '0xffffffff'),
	first_packets: fc.integer({ min: 2, max: 60 })
};

/** Few conditions, so that a rule has connections; all together often have none. */
const RULE = fc
	.tuple(
		NAME,
		fc.record(CONDITIONS),
		fc.subarray(Object.keys(CONDITIONS), { minLength: 1, maxLength: 3 }),
		fc.constantFrom({}, { enabled: true }, { enabled: false })
	)
	.map(([name, conditions, chosen, state]): PolicyRule => ({
		name,
		...Object.fromEntries(Object.entries(conditions).filter(([key]) => chosen.includes(key))),
		...state
	}));

export const POLICY = fc.uniqueArray(RULE, { maxLength: 6, selector: ({ name }) => name });

/** Connections from and to such addresses, some masqueraded, some forwarded. */
const flow = (addresses: readonly string[], family: Flow['family']): fc.Arbitrary<Flow> =>
	fc
		.record({
			source: fc.constantFrom(...addresses),
			destination: fc.constantFrom(...addresses),
			answers: fc.option(fc.constantFrom(...addresses)),
			port,
			protocol: fc.constantFrom('tcp', 'udp'),
			packets: fc.option(fc.integer({ min: 1, max: 70 }))
		})
		.map(({ source, destination, answers, port: to, protocol, packets }): Flow => ({
			family,
			protocol,
			path: 'cpu',
			state: null,
			timeout: null,
			replied: true,
			original: {
				source,
				destination,
				source_port: 40000,
				destination_port: to,
				packets,
				bytes: packets
			},
			reply: {
				source: answers ?? destination,
				destination: source,
				source_port: to,
				destination_port: 40000,
				packets,
				bytes: packets
			}
		}));

export const FLOW = fc.oneof(flow(ADDRESSES, 'ipv4'), flow(ADDRESSES6, 'ipv6'));

export const CARRIED: fc.Arbitrary<Carried> = fc.record({
	from: fc.constantFrom('br-lan', 'eth1', 'wg0', 'none'),
	to: fc.constantFrom('br-lan', 'eth1', 'tun0', 'none'),
	macs: fc.tuple(fc.constantFrom(...MACS), fc.constantFrom(...MACS)),
	dscp: fc.tuple(fc.constantFrom(...Object.values(DSCP)), fc.constantFrom(...Object.values(DSCP))),
	mark: fc.constantFrom(...MARKS)
});
