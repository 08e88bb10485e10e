// SPDX-License-Identifier: Apache-2.0
/** Parts that the cases of get_status are made of. */
import type { Case, Exchange, Files } from '../case.ts';
import { config, flowtable, HEALTHY, HEALTHY_STATUS } from '../router.ts';

export const SOFTWARE = ["option flow_offloading '1'"];
export const HARDWARE = [...SOFTWARE, "option flow_offloading_hw '1'"];

/** A flowtable as firewall4 of 24.10 and later sets up software offloading. */
export const RUNNING = flowtable('devices = { "br-lan", "wan" }', 'counter');
/** And hardware offloading. */
export const IN_HARDWARE = flowtable('devices = { "lan1", "lan2", "wan" }', 'flags offload', 'counter');

/** A case on the healthy router with these files in their places: what the answer has otherwise than there. */
export function status(
	name: string,
	files: Files,
	expected: object,
	more: Partial<Pick<Case, 'bus' | 'older' | 'uci'>> = {}
): Case {
	return {
		name,
		files: { ...HEALTHY, ...files },
		method: 'get_status',
		expected: { ...HEALTHY_STATUS, ...expected },
		...more
	};
}

export function asked(mode: string): object {
	return { requested: { readable: true, mode, hardware_alone: false, refused: null } };
}

/** A firewall file with these options, and what nft lists. */
export function asks(options: readonly string[], listing: string | null, files: Files = {}): Files {
	return {
		'/etc/config/firewall': config(...options),
		...(listing === null ? {} : { '/run/virtual-kernel/flowtables': listing }),
		...files
	};
}

export function setUp(
	mode: string,
	devices: readonly string[] = ['br-lan', 'wan'],
	more: object = {}
): { effective: object } {
	return {
		effective: { ...HEALTHY_STATUS.effective, mode, devices, counter: true, handle: 651, ...more }
	};
}

/** Both sides' devices are hooked themselves. */
export const COVERED = {
	coverage: [
		{ device: 'br-lan', zone: 'lan', side: 'lan', by: ['br-lan'], missing: [] },
		{ device: 'wan', zone: 'wan', side: 'wan', by: ['wan'], missing: [] }
	]
};

/** The healthy router's figures, with another word about offloaded packets in them. */
export function loads(offloaded: string): object {
	const { devices, ...rest } = HEALTHY_STATUS.load;
	return { ...rest, devices: devices.map((device) => ({ ...device, offloaded })) };
}

/** netifd's `network.device status`; devices of which it says nothing are unknown to it. */
export const NETIFD = (devices: Readonly<Record<string, object>>): Exchange => ({
	object: 'network.device',
	method: 'status',
	arguments: {},
	reply: { status: 0, data: devices }
});

/** The healthy router's devices to netifd, with this word about a flow engine in the conduit below the ports and in the uplink. */
export const ENGINES = (engine: boolean): Exchange =>
	NETIFD({
		'br-lan': { devtype: 'bridge' },
		lan1: { devtype: 'dsa', 'hw-tc-offload': true },
		lan2: { devtype: 'dsa', 'hw-tc-offload': true },
		eth0: { devtype: 'ethernet', 'hw-tc-offload': engine },
		wan: { devtype: 'ethernet', 'hw-tc-offload': engine }
	});

/** Lines of the connection tracking table with this mark: a download each, of so many packets. */
export function lines(mark: string, count: number, packets = 2000, family: 'ipv4' | 'ipv6' = 'ipv4'): string {
	return Array.from({ length: count }, (_, i) => {
		const client =
			family === 'ipv4'
				? `192.0.2.${String(10 + i)}`
				: `fd00:0000:0000:0000:0000:0000:0000:00${String(10 + i)}`;
		const server = family === 'ipv4' ? '198.51.100.1' : '2001:0db8:0000:0000:0000:0000:0000:0001';
		const port = String(40000 + i);
		return (
			`${family}     ${family === 'ipv4' ? '2' : '10'} tcp      6 src=${client} dst=${server} sport=${port} dport=443 packets=20 bytes=2000 ` +
			`src=${server} dst=${client} sport=443 dport=${port} packets=${String(packets)} bytes=3000000 [${mark}] mark=0 zone=0 use=3\n`
		);
	}).join('');
}
