// SPDX-License-Identifier: Apache-2.0
/** Connections in the form of /proc/net/nf_conntrack (net/netfilter/nf_conntrack_standalone.c, ct_seq_show). */

export interface Connection {
	ipv6: boolean;
	protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6';
	path: 'cpu' | 'software' | 'hardware';
	replied: boolean;
	original: { source: string; destination: string; source_port: number; destination_port: number };
	/** Where replies go: the router's own address where the source is translated. */
	returns_to: string;
	sent: Counter;
	received: Counter;
	/** Identifier of an ICMP echo. */
	id: number;
}

interface Counter {
	bytes: number;
	packets: number;
}

const NUMBERS = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 } as const;
/** Type of an echo's request and of its reply. */
const ECHO = { icmp: [8, 0], icmpv6: [128, 129] } as const;

/** The whole table. Without accounting there are no counters. */
export function render(list: readonly Connection[], accounting: boolean): string {
	return list.map((each) => `${line(each, accounting)}\n`).join('');
}

function line(connection: Connection, accounting: boolean): string {
	const { ipv6, protocol, path, replied, original, returns_to } = connection;
	const back = [original.destination, returns_to] as const;
	const there = `src=${original.source} dst=${original.destination} ${ports(connection, false)}`;
	const again = `src=${back[0]} dst=${back[1]} ${ports(connection, true)}`;
	const count = ({ bytes, packets }: Counter): string =>
		accounting ? `packets=${packets} bytes=${bytes} ` : '';
	return [
		`${ipv6 ? 'ipv6     10' : 'ipv4     2'} ${protocol.padEnd(8)} ${NUMBERS[protocol]} `,
		path === 'cpu' ? `${timeout(connection)} ` : '',
		`${there} ${count(connection.sent)}${replied ? '' : '[UNREPLIED] '}`,
		`${again} ${count(connection.received)}${mark(connection)}mark=0 zone=0 use=${path === 'cpu' ? 2 : 3}`
	].join('');
}

/** Seconds that it lives without another packet, and TCP's state. */
function timeout({ protocol, replied }: Connection): string {
	if (protocol === 'tcp') return '7440 ESTABLISHED';
	return protocol === 'udp' && replied ? '119' : '29';
}

function ports({ protocol, original, id }: Connection, reply: boolean): string {
	const { source_port, destination_port } = original;
	if (protocol === 'tcp' || protocol === 'udp') {
		const [from, to] = reply ? [destination_port, source_port] : [source_port, destination_port];
		return `sport=${from} dport=${to}`;
	}
	return `type=${ECHO[protocol][reply ? 1 : 0]} code=0 id=${id}`;
}

/** The kernel prints one of the three at most. */
function mark({ path, protocol, replied }: Connection): string {
	if (path === 'hardware') return '[HW_OFFLOAD] ';
	if (path === 'software') return '[OFFLOAD] ';
	return replied && (protocol === 'tcp' || protocol === 'udp') ? '[ASSURED] ' : '';
}

/**
 * The table of a flow engine: a line for each direction of a connection in hardware (mtk_ppe_debugfs.c). `oneWay`: what comes
 * back is not in it.
 */
export function engineTable(list: readonly Connection[], oneWay: boolean): string {
	const inHardware = list.filter(({ path }) => path === 'hardware');
	const ways = inHardware.flatMap(({ ipv6, original, returns_to }) => {
		const there = `${original.source}:${original.source_port}->${original.destination}:${original.destination_port}`;
		const back = `${original.destination}:${original.destination_port}->${returns_to}:${original.source_port}`;
		return (oneWay ? [there] : [there, back]).map((way) => ({ ipv6, way }));
	});
	return ways
		.map(
			({ ipv6, way }, i) =>
				`${i.toString(16).padStart(5, '0')} BND ${ipv6 ? 'IPv6' : 'IPv4'} 5T orig=${way} new=${way}\n`
		)
		.join('');
}
