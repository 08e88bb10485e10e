// SPDX-License-Identifier: Apache-2.0
/** Ethernet, IPv4, IPv6, UDP and TCP as bytes. */

/** What an IP packet is in Ethernet. */
export const IPV4 = 0x0800;
export const IPV6 = 0x86dd;

/** Bytes of the shortest frame, without its checksum; a shorter packet is padded. */
const SHORTEST = 60;

export function ethernet(to: Buffer, from: Buffer, type: number, packet: Buffer): Buffer {
	const frame = Buffer.concat([to, from, Buffer.from([type >> 8, type & 0xff]), packet]);
	return Buffer.concat([frame, Buffer.alloc(Math.max(0, SHORTEST - frame.length))]);
}

/** One end of a connection. */
export interface End {
	/** IPv4 or IPv6, as the other's. */
	address: string;
	port: number;
}

/** TCP's flags, as bits of their byte. */
export const TCP = { SYN: 0x02, ACK: 0x10 };

/** A UDP datagram in its IP packet. */
export function udp(from: End, to: End, payload: Buffer): Buffer {
	const datagram = Buffer.concat([ports(from, to), Buffer.alloc(4), payload]);
	datagram.writeUInt16BE(datagram.length, 4);
	// Zero would mean "no checksum" (RFC 768).
	datagram.writeUInt16BE(sum(17, from, to, datagram) || 0xffff, 6);
	return ip(17, from, to, datagram);
}

export interface Segment {
	flags: number;
	sequence: number;
	acknowledged: number;
	payload: Buffer;
}

/** A TCP segment without options in its IP packet. */
export function tcp(from: End, to: End, { flags, sequence, acknowledged, payload }: Segment): Buffer {
	const segment = Buffer.concat([ports(from, to), Buffer.alloc(16), payload]);
	segment.writeUInt32BE(sequence, 4);
	segment.writeUInt32BE(acknowledged, 8);
	segment.writeUInt16BE((5 << 12) | flags, 12);
	segment.writeUInt16BE(0xffff, 14);
	segment.writeUInt16BE(sum(6, from, to, segment), 16);
	return ip(6, from, to, segment);
}

function ports(from: End, to: End): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt16BE(from.port, 0);
	bytes.writeUInt16BE(to.port, 2);
	return bytes;
}

function ip(protocol: number, from: End, to: End, segment: Buffer): Buffer {
	const ends = addresses(from, to);
	if (isIpv6(to)) {
		const header = Buffer.from([0x60, 0, 0, 0, 0, 0, protocol, 64]);
		header.writeUInt16BE(segment.length, 4);
		return Buffer.concat([header, ends, segment]);
	}
	const header = Buffer.concat([Buffer.from([0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, protocol, 0, 0]), ends]);
	header.writeUInt16BE(header.length + segment.length, 2);
	header.writeUInt16BE(checksum(header), 10);
	return Buffer.concat([header, segment]);
}

/** With the pseudo header. */
function sum(protocol: number, from: End, to: End, segment: Buffer): number {
	const pseudo = Buffer.from([0, protocol, segment.length >> 8, segment.length & 0xff]);
	return checksum(Buffer.concat([addresses(from, to), pseudo, segment]));
}

const isIpv6 = ({ address }: End): boolean => address.includes(':');

function addresses(from: End, to: End): Buffer {
	const bytes = isIpv6(to) ? ipv6Bytes : ipv4Bytes;
	return Buffer.concat([bytes(from.address), bytes(to.address)]);
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
