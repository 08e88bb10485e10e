// SPDX-License-Identifier: Apache-2.0
/** Connections and answers to test with. */
import type { Flow, Path, Total, Tuple } from '../../../rpcd/api/index.ts';
import { toRows, type Row } from '../../../web/src/flows/rows.ts';

export function tuple(part: Partial<Tuple> = {}): Tuple {
	return {
		source: '192.168.1.100',
		destination: '198.51.100.7',
		source_port: 40000,
		destination_port: 443,
		packets: 10,
		bytes: 1000,
		...part
	};
}

export function flow(part: Partial<Flow> = {}): Flow {
	return {
		family: 'ipv4',
		protocol: 'tcp',
		path: 'cpu',
		state: 'ESTABLISHED',
		timeout: 7440,
		replied: true,
		original: tuple(),
		reply: tuple({
			source: '198.51.100.7',
			destination: '203.0.113.1',
			source_port: 443,
			destination_port: 40000
		}),
		...part
	};
}

/** A connection that has sent and received so many bytes, one packet for each hundred. */
export function counted(path: Path, sent: number | null, received: number | null): Flow {
	const { original, reply } = flow();
	return flow({ path, original: count(original, sent), reply: count(reply, received) });
}

function count(tuple: Tuple, bytes: number | null): Tuple {
	return { ...tuple, bytes, packets: bytes === null ? null : bytes / 100 };
}

/** The one row of one connection. */
export function row(each: Flow): Row {
	const [only] = toRows([each]);
	if (!only) throw new Error('no row');
	return only;
}

export function totals(cpu: number, software: number, hardware: number): Record<Path, Total> {
	const total = (flows: number): Total => ({ flows, bytes: flows * 1000, packets: flows * 10 });
	return { cpu: total(cpu), software: total(software), hardware: total(hardware) };
}
