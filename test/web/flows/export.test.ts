// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { sheetOfClients, sheetOfConnections, toCsv, toText } from '../../../web/src/flows/export.ts';
import { Hosts } from '../../../web/src/flows/hosts.ts';
import { translationsOf } from '../../../web/src/flows/nat.ts';
import type { Flow } from '../../../rpcd/api/index.ts';
import { flow, row, totals, tuple } from './flows.ts';

function named(name: string): Hosts {
	return new Hosts({ mac: { name, ipaddrs: ['192.168.1.100'], ip6addrs: [] } });
}

/** The lines of a file with one connection. */
const csv = (each: Flow, hosts = new Hosts()) => toCsv(sheetOfConnections([row(each)], hosts)).split('\r\n');

describe('CSV', () => {
	it('has a head, and every field in its place', () => {
		const [head, line, end] = csv(flow());
		expect(head?.split(',')).toHaveLength(20);
		expect(line).toBe(
			'cpu,ipv4,tcp,192.168.1.100,40000,198.51.100.7,443,,,1000,10,1000,10,ESTABLISHED,7440,true,' +
				'198.51.100.7,443,203.0.113.1,40000'
		);
		expect(end).toBe('');
	});

	it('leaves empty what is not known', () => {
		const unknown = flow({
			state: null,
			timeout: null,
			original: tuple({ source_port: null, bytes: null, packets: null })
		});
		expect(csv(unknown)[1]).toContain('192.168.1.100,,198.51.100.7,443,,,,,1000,10,,,true');
	});

	it('of clients has a number for each path', () => {
		const client = { address: '192.168.1.100', paths: totals(1, 2, 0) };
		expect(toCsv(sheetOfClients([client], named('laptop')))).toBe(
			'client,client_name,cpu_connections,cpu_bytes,cpu_packets,software_connections,software_bytes,' +
				'software_packets,hardware_connections,hardware_bytes,hardware_packets\r\n' +
				'192.168.1.100,laptop,1,1000,10,2,2000,20,0,0,0\r\n'
		);
	});

	it.each([
		['=1+1', "'=1+1"],
		['+1', "'+1"],
		['-1', "'-1"],
		['@SUM(A1)', "'@SUM(A1)"],
		['=cmd|"/c calc"!A0', `"'=cmd|""/c calc""!A0"`],
		['a,b', '"a,b"'],
		['plain', 'plain']
	])('takes the name %s for a text', (name, cell) => {
		expect(csv(flow(), named(name))[1]).toContain(`,443,${cell},,1000,`);
	});

	it('and copied text guard the same names', () => {
		for (const name of ['=1+1', '+1', '-1', '@SUM(A1)'])
			expect(toText(sheetOfConnections([row(flow())], named(name)))).toContain(`\t443\t'${name}\t\t1000\t`);
	});
});

it('copied text has a line for each connection and as many cells in each', () => {
	const lines = toText(sheetOfConnections([row(flow()), row(flow())], named('tab\there')))
		.trimEnd()
		.split('\n');
	expect(lines.map((line) => line.split('\t').length)).toEqual([20, 20, 20]);
});

describe('address translation', () => {
	it('is seen in what comes back', () => {
		expect(translationsOf(flow())).toEqual({
			source: { from: '192.168.1.100:40000', to: '203.0.113.1:40000' },
			destination: null
		});
	});

	it('is seen where a port is forwarded', () => {
		const forwarded = flow({
			original: tuple({ source: '198.51.100.9', destination: '203.0.113.1' }),
			reply: tuple({
				source: '192.168.1.10',
				destination: '198.51.100.9',
				source_port: 8443,
				destination_port: 40000
			})
		});
		expect(translationsOf(forwarded)).toEqual({
			source: null,
			destination: { from: '203.0.113.1:443', to: '192.168.1.10:8443' }
		});
	});
});
