// SPDX-License-Identifier: Apache-2.0
/** The devices on the packets' way: of which kind they are, and by which of them packets enter. */
import type { Exchange } from '../case.ts';
import { flowtable } from '../router.ts';
import { asks, ENGINES, HARDWARE, IN_HARDWARE, RUNNING, SOFTWARE } from '../state/status.ts';
import { chains, devices, diagnosis, link, memory, routeBy } from './diagnosis.ts';

const CPU = { enters: { path: 'cpu' } } as const;

/** What the kernel shows of each kind; the names tell nothing. */
const KINDS = [
	['a Wi-Fi device', { devtype: 'wlan' }, 'wlan'],
	['WireGuard', { devtype: 'wireguard', type: 65534 }, 'tunnel'],
	['a tun device', { type: 65534, has: 'tun_flags' }, 'tunnel'],
	['a tap device', { has: 'tun_flags' }, 'tunnel'],
	['GRE', { type: 778 }, 'tunnel'],
	['GRE for Ethernet', { devtype: 'gretap' }, 'tunnel'],
	['L2TP for Ethernet', { devtype: 'l2tpeth' }, 'tunnel'],
	['IPv4 in IPv6', { type: 769 }, 'tunnel'],
	['a modem', { devtype: 'wwan', type: 65534 }, 'modem'],
	['a modem that speaks IP alone', { type: 519 }, 'modem'],
	['a DSA conduit', { has: 'dsa/tagging' }, 'conduit'],
	['InfiniBand', { type: 32 }, 'other']
] as const;

const DUMP: Exchange = {
	object: 'network.interface',
	method: 'dump',
	arguments: {},
	reply: {
		status: 0,
		data: {
			interface: [
				{ interface: 'lan', l3_device: 'br-lan', device: 'br-lan' },
				{ interface: 'wan', l3_device: 'pppoe-wan', device: 'wan' },
				{ interface: 'wan6', l3_device: 'pppoe-wan', device: 'pppoe-wan' },
				{ interface: 'down' },
				{ interface: 'hostile', l3_device: '../../etc', device: 'a b' }
			]
		}
	}
};

const TWENTY = Array.from({ length: 20 }, (_, i) => `zone${(i + 1).toString()}`);
const PORTS = ['lan1', 'lan2', 'lan3', 'lan4'];

export const CHAINS_CASES = [
	diagnosis('nothing is offloaded: all packets enter for the CPU', {}, { chains: chains() }),
	diagnosis('offloading in software: by the ports below the hooked bridge', asks(SOFTWARE, RUNNING), {
		chains: chains('software')
	}),
	diagnosis(
		'hardware, with a conduit below the ports: the engine is the conduit’s, and a port’s packets enter at the port',
		asks(HARDWARE, IN_HARDWARE, {
			...devices({
				lan1: { devtype: 'dsa', below: ['eth0'] },
				lan2: { devtype: 'dsa', below: ['eth0'] },
				eth0: { has: 'dsa/tagging' }
			}),
			'/sys/class/net/eth0/carrier': '1\n',
			'/sys/class/net/lan1/carrier': '1\n',
			'/sys/class/net/lan2/carrier': '0\n'
		}),
		{
			chains: [
				{
					interfaces: [],
					zone: 'lan',
					side: 'lan',
					links: [
						link('br-lan', null, 'bridge'),
						...(['lan1', 'lan2'] as const).flatMap((port) => [
							link(port, 'br-lan', 'dsa', {
								up: port === 'lan1',
								hooked: true,
								enters: { path: 'hardware' },
								engine: 'yes'
							}),
							link('eth0', port, 'conduit', { up: true })
						])
					]
				},
				{
					interfaces: [],
					zone: 'wan',
					side: 'wan',
					links: [
						link('wan', null, 'ethernet', { hooked: true, enters: { path: 'hardware' }, engine: 'yes' })
					]
				}
			]
		},
		{ bus: [ENGINES(true)] }
	),
	diagnosis(
		'PPPoE on a VLAN, of two networks: the carrier as firewall4 remembers it, and not hooked',
		asks(SOFTWARE, flowtable('devices = { "br-lan", "wan.7" }', 'counter'), {
			...devices({
				'pppoe-wan': { devtype: 'ppp', type: 512 },
				'wan.7': { devtype: 'vlan', below: ['wan'] }
			}),
			'/var/run/fw4.state': memory(
				{ lan: ['br-lan'], wan: ['pppoe-wan'] },
				{
					lan: { device: 'br-lan', physdev: 'br-lan' },
					wan: { device: 'pppoe-wan', physdev: 'wan.7' },
					wan6: { device: 'pppoe-wan' }
				}
			),
			'/proc/net/route': routeBy('pppoe-wan')
		}),
		{
			chains: [
				{ ...chains('software')[0], interfaces: ['lan'] },
				{
					interfaces: ['wan', 'wan6'],
					zone: 'wan',
					side: 'wan',
					links: [
						link('pppoe-wan', null, 'ppp'),
						link('wan.7', 'pppoe-wan', 'vlan', { hooked: true }),
						link('wan', 'wan.7', 'ethernet', CPU)
					]
				}
			],
			findings: [
				{
					code: 'not_covered',
					severity: 'warning',
					device: 'pppoe-wan',
					zone: 'wan',
					side: 'wan',
					missing: ['wan']
				}
			]
		}
	),
	diagnosis(
		'without firewall4’s memory netifd is asked for names and carriers',
		{
			...devices({ 'pppoe-wan': { devtype: 'ppp', type: 512 } }),
			'/var/run/fw4.state': null,
			'/proc/net/route': routeBy('pppoe-wan')
		},
		{
			chains: [
				{
					interfaces: ['wan', 'wan6'],
					zone: null,
					side: 'wan',
					links: [link('pppoe-wan', null, 'ppp'), link('wan', 'pppoe-wan', 'ethernet', CPU)]
				}
			]
		},
		{ bus: [DUMP] }
	),
	...KINDS.map(([name, device, kind]) =>
		diagnosis(
			`${name}: of the kind ${kind}`,
			{
				...devices({ x0: device }),
				'/var/run/fw4.state': memory({ lan: ['x0'] }, {}),
				'/proc/net/route': null
			},
			{ chains: [{ interfaces: [], zone: 'lan', side: 'lan', links: [link('x0', null, kind, CPU)] }] }
		)
	),
	diagnosis(
		'names that are no device’s: left out, wherever they come from',
		{
			...devices({ 'br-lan': { devtype: 'bridge', below: ['lan1', 'a b', '$(reboot)', 'x'.repeat(16)] } }),
			'/var/run/fw4.state': memory(
				{ lan: ['br-lan', '..', 'a;b', '../br-lan', "'"] },
				{
					['n'.repeat(33)]: { device: 'br-lan' },
					'a\u0001': { device: 'br-lan' },
					lan: { device: 'br-lan' }
				}
			),
			'/sys/class/net/br-lan/lower_lan2': null,
			'/proc/net/route': null
		},
		{
			chains: [
				{
					interfaces: ['lan'],
					zone: 'lan',
					side: 'lan',
					links: [link('br-lan', null, 'bridge'), link('lan1', 'br-lan', 'dsa', CPU)]
				}
			]
		}
	),
	diagnosis(
		'a loop of devices, which no kernel has: it ends',
		{
			...devices({ a: { devtype: 'vlan', below: ['b'] }, b: { devtype: 'vlan', below: ['a'] } }),
			'/var/run/fw4.state': memory({ lan: ['a'] }, {}),
			'/proc/net/route': null
		},
		{
			chains: [
				{
					interfaces: [],
					zone: 'lan',
					side: 'lan',
					links: [link('a', null, 'vlan', CPU)]
				}
			]
		}
	),
	diagnosis(
		'twenty zones, each a VLAN on the bridge over four ports and their conduit',
		{
			...devices({
				'br-lan': { devtype: 'bridge', below: PORTS },
				...Object.fromEntries(PORTS.map((port) => [port, { devtype: 'dsa', below: ['eth0'] }])),
				eth0: { has: 'dsa/tagging' },
				...Object.fromEntries(TWENTY.map((zone) => [zone, { devtype: 'vlan', below: ['br-lan'] }]))
			}),
			'/var/run/fw4.state': memory(Object.fromEntries(TWENTY.map((zone) => [zone, [zone]])), {}),
			'/proc/net/route': null
		},
		{
			chains: TWENTY.map((zone) => ({
				interfaces: [],
				zone,
				side: 'lan',
				links: [
					link(zone, null, 'vlan'),
					link('br-lan', zone, 'bridge'),
					...PORTS.flatMap((port) => [link(port, 'br-lan', 'dsa', CPU), link('eth0', port, 'conduit')])
				]
			}))
		}
	)
];
