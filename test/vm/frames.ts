// SPDX-License-Identifier: Apache-2.0
/** Ethernet, IPv4, IPv6 and UDP as bytes. */

export function ethernet(to: Buffer, from: Buffer, type: number, packet: Buffer): Buffer {
	return Buffer.concat([to, from, Buffer.from([type >> 8, type & 0xff]), packet]);
}

export function udpOverIpv4(
	from: string,
	to: string,
	fromPort: number,
	toPort: number,
	payload: Buffer
): Buffer {
	const addresses = Buffer.concat([ipv4Bytes(from), ipv4Bytes(to)]);
	const datagram = udp(addresses, fromPort, toPort, payload);
	const header = Buffer.concat([Buffer.from([0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 17, 0, 0]), addresses]);
	header.writeUInt16BE(header.length + datagram.length, 2);
	header.writeUInt16BE(checksum(header), 10);
	return Buffer.concat([header, datagram]);
}

export function udpOverIpv6(
	from: string,
	to: string,
	fromPort: number,
	toPort: number,
	payload: Buffer
): Buffer {
	const addresses = Buffer.concat([ipv6Bytes(from), ipv6Bytes(to)]);
	const datagram = udp(addresses, fromPort, toPort, payload);
	const header = Buffer.from([0x60, 0, 0, 0, 0, 0, 17, 64]);
	header.writeUInt16BE(datagram.length, 4);
	return Buffer.concat([header, addresses, datagram]);
}

function udp(addresses: Buffer, fromPort: number, toPort: number, payload: Buffer): Buffer {
	const datagram = Buffer.concat([Buffer.alloc(8), payload]);
	datagram.writeUInt16BE(fromPort, 0);
	datagram.writeUInt16BE(toPort, 2);
	datagram.writeUInt16BE(datagram.length, 4);
	const pseudo = Buffer.from([0, 17, datagram.length >> 8, datagram.length & 0xff]);
	// Zero would mean "no checksum" (RFC 768).
	datagram.writeUInt16BE(checksum(Buffer.concat([addresses, pseudo, datagram])) || 0xffff, 6);
	return datagram;
}

/** The Internet's checksum (RFC 1071). */
export function checksum(bytes: Buffer): number {
	let sum = 0;
	for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
	while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
	return ~sum & 0xffff;
}

export function ipv4Bytes(address: string): Buffer {
	return Buffer.from(address.split('.').map(Number));
}

export function ipv6Bytes(address: string): Buffer {
	const [head = '', tail = ''] = address.split('::');
	const words = (text: string) => (text === '' ? [] : text.split(':').map((word) => parseInt(word, 16)));
	const [start, end] = [words(head), words(tail)];
	const all = [...start, ...Array<number>(8 - start.length - end.length).fill(0), ...end];
	return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]));
}
