// SPDX-License-Identifier: Apache-2.0
/**
 * A host on the router's LAN made of nothing but frames: QEMU's socket cable carries them, each after its length
 * in four bytes. It answers ARP and neighbour solicitations for itself and sends UDP, so it can open thousands of
 * connections in a second, whatever programs the guest has.
 */
import { connect, type Socket } from 'node:net';
import { checksum, ethernet, IPV4, IPV6, ipv4Bytes, ipv6Bytes, udp } from './frames.ts';
import { until } from './until.ts';

export const WIRE = { ipv4: '192.168.1.60', ipv6: 'fd77:1::60' };
const OUR_MAC = Buffer.from('020000000060', 'hex');
const BROADCAST = Buffer.alloc(6, 0xff);
const GATEWAY = '192.168.1.1';
/** Frames handed to QEMU between two looks at what the guest has taken. */
const BURST = 256;

export interface Datagrams {
	to: string;
	port: number;
	/** One connection each. */
	sourcePorts: Iterable<number>;
	payload: Buffer;
}

export class Wire {
	private readonly socket: Socket;
	private received = Buffer.alloc(0);
	private gateway: Buffer | null = null;
	/** UDP datagrams that came back. */
	answers = 0;

	private constructor(socket: Socket) {
		this.socket = socket;
		socket.on('data', (data) => {
			this.received = Buffer.concat([this.received, Buffer.from(data)]);
			while (this.takeFrame());
		});
	}

	static async open(port: number): Promise<Wire> {
		const socket = connect(port, '127.0.0.1');
		await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
		const wire = new Wire(socket);
		await until('the router on the wire', 20, () => {
			wire.send(ethernet(BROADCAST, OUR_MAC, 0x0806, arp(1, BROADCAST, GATEWAY)));
			return wire.gateway;
		});
		return wire;
	}

	close(): void {
		this.socket.destroy();
	}

	async udp({ to, port, sourcePorts, payload }: Datagrams): Promise<void> {
		const gateway = this.gateway ?? BROADCAST;
		let sent = 0;
		for (const source of sourcePorts) {
			const [type, from] = to.includes(':') ? [IPV6, WIRE.ipv6] : [IPV4, WIRE.ipv4];
			const packet = udp({ address: from, port: source }, { address: to, port }, payload);
			const room = this.send(ethernet(gateway, OUR_MAC, type, packet));
			if (!room) await new Promise((resolve) => this.socket.once('drain', resolve));
			if (++sent % BURST === 0) await new Promise((resolve) => setImmediate(resolve));
		}
	}

	private send(frame: Buffer): boolean {
		const length = Buffer.alloc(4);
		length.writeUInt32BE(frame.length);
		return this.socket.write(Buffer.concat([length, frame]));
	}

	private takeFrame(): boolean {
		if (this.received.length < 4) return false;
		const end = 4 + this.received.readUInt32BE(0);
		if (this.received.length < end) return false;
		this.take(this.received.subarray(4, end));
		this.received = this.received.subarray(end);
		return true;
	}

	private take(frame: Buffer): void {
		const type = frame.readUInt16BE(12);
		const packet = frame.subarray(14);
		if (type === 0x0806) this.takeArp(packet);
		else if (type === IPV4 && packet[9] === 17 && packet.subarray(16, 20).equals(ipv4Bytes(WIRE.ipv4)))
			this.answers++;
		else if (type === IPV6 && packet[6] === 17 && packet.subarray(24, 40).equals(ipv6Bytes(WIRE.ipv6)))
			this.answers++;
		else if (type === IPV6 && packet[6] === 58 && packet[40] === 135) this.takeSolicitation(packet);
	}

	private takeArp(packet: Buffer): void {
		const sender = packet.subarray(8, 14);
		if (packet.readUInt16BE(6) === 2 && packet.subarray(14, 18).equals(ipv4Bytes(GATEWAY)))
			this.gateway = Buffer.from(sender);
		else if (packet.readUInt16BE(6) === 1 && packet.subarray(24, 28).equals(ipv4Bytes(WIRE.ipv4)))
			this.send(ethernet(sender, OUR_MAC, 0x0806, arp(2, sender, [...packet.subarray(14, 18)].join('.'))));
	}

	/** RFC 4861, 4.3 and 4.4. */
	private takeSolicitation(packet: Buffer): void {
		if (!packet.subarray(48, 64).equals(ipv6Bytes(WIRE.ipv6)) || !this.gateway) return;
		const advertisement = Buffer.concat([
			Buffer.from('8800000060000000', 'hex'),
			ipv6Bytes(WIRE.ipv6),
			Buffer.from([2, 1]),
			OUR_MAC
		]);
		const addresses = Buffer.concat([ipv6Bytes(WIRE.ipv6), packet.subarray(8, 24)]);
		const pseudo = Buffer.concat([addresses, Buffer.from([0, 0, 0, advertisement.length, 0, 0, 0, 58])]);
		advertisement.writeUInt16BE(checksum(Buffer.concat([pseudo, advertisement])), 2);
		const header = Buffer.from([0x60, 0, 0, 0, 0, advertisement.length, 58, 255]);
		this.send(ethernet(this.gateway, OUR_MAC, 0x86dd, Buffer.concat([header, addresses, advertisement])));
	}
}

function arp(operation: 1 | 2, target: Buffer, address: string): Buffer {
	const start = Buffer.from([0, 1, 8, 0, 6, 4, 0, operation]);
	return Buffer.concat([start, OUR_MAC, ipv4Bytes(WIRE.ipv4), target, ipv4Bytes(address)]);
}
