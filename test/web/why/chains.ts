// SPDX-License-Identifier: Apache-2.0
/** Chains of devices to draw. */
import type { Chain, Link } from '../../../rpcd/api/index.ts';

export function link(device: string, above: string | null, part: Partial<Link> = {}): Link {
	return { device, above, kind: 'ethernet', up: true, hooked: false, enters: null, engine: null, ...part };
}

const ENTERS = { enters: { path: 'software' } } as const;

/** A bridge of four ports, of which two have no carrier. */
export const LAN: Chain = {
	interfaces: ['lan'],
	zone: 'lan',
	side: 'lan',
	links: [
		link('br-lan', null, { kind: 'bridge', hooked: true }),
		link('lan1', 'br-lan', { kind: 'dsa', ...ENTERS }),
		link('lan2', 'br-lan', { kind: 'dsa', ...ENTERS, up: false }),
		link('lan3', 'br-lan', { kind: 'dsa', ...ENTERS, up: null }),
		link('lan4', 'br-lan', { kind: 'dsa', ...ENTERS, up: false })
	]
};

/** PPPoE over a VLAN: downloads stay on the CPU. */
export const WAN: Chain = {
	interfaces: ['wan', 'wan6'],
	zone: 'wan',
	side: 'wan',
	links: [
		link('pppoe-wan', null, { kind: 'ppp' }),
		link('wan.7', 'pppoe-wan', { kind: 'vlan', hooked: true }),
		link('wan', 'wan.7', { kind: 'dsa', enters: { path: 'cpu' } })
	]
};
