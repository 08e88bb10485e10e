// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { checksum, ethernet, IPV4, tcp, TCP, udp } from './frames.ts';

const ENDS = {
	IPv4: [
		{ address: '192.168.1.50', port: 40_001 },
		{ address: '10.9.9.2', port: 9 }
	],
	IPv6: [
		{ address: 'fd77:1::50', port: 40_001 },
		{ address: 'fd09:9::2', port: 9 }
	]
} as const;
const payload = Buffer.from('odd');

test.each(['IPv4', 'IPv6'] as const)(
	'the sums over %s are right: with them all adds up to nothing',
	(family) => {
		const [from, to] = ENDS[family];
		const segment = { flags: TCP.ACK, sequence: 1, acknowledged: 2, payload };
		for (const [protocol, packet] of [
			[17, udp(from, to, payload)],
			[6, tcp(from, to, segment)]
		] as const) {
			const [addresses, header] = family === 'IPv4' ? [12, 20] : [8, 40];
			if (family === 'IPv4') expect(checksum(packet.subarray(0, header))).toBe(0);
			const transport = packet.subarray(header);
			const pseudo = Buffer.concat([
				packet.subarray(addresses, header),
				Buffer.from([0, protocol, 0, transport.length])
			]);
			expect(checksum(Buffer.concat([pseudo, transport]))).toBe(0);
		}
	}
);

test('a frame is padded to what Ethernet takes', () => {
	const mac = Buffer.alloc(6);
	expect(ethernet(mac, mac, IPV4, udp(...ENDS.IPv4, payload))).toHaveLength(60);
	expect(ethernet(mac, mac, IPV4, udp(...ENDS.IPv4, Buffer.alloc(1472)))).toHaveLength(1514);
});
