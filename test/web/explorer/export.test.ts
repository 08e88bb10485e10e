// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { toCsv, toText } from '../../../web/src/explorer/export.ts';
import { Hosts } from '../../../web/src/explorer/hosts.ts';
import { translationsOf } from '../../../web/src/explorer/nat.ts';
import { flow, row, tuple } from './flows.ts';

function named(name: string): Hosts {
	return new Hosts({ mac: { name, ipaddrs: ['192.168.1.100'], ip6addrs: [] } });
}

describe('CSV', () => {
	it('has a head, and every field in its place', () => {
		const [head, line, end] = toCsv([row(flow())], new Hosts()).split('\r\n');
		expect(head?.split(',')).toHaveLength(20);
		expect(line).toBe(
			'cpu,ipv4,tcp,192.168.1.100,40000,,198.51.100.7,443,,1000,10,1000,10,ESTABLISHED,7440,true,' +
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
		expect(toCsv([row(unknown)], new Hosts())).toContain(
			'192.168.1.100,,,198.51.100.7,443,,,,1000,10,,,true'
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
		expect(toCsv([row(flow())], named(name))).toContain(`,40000,${cell},198.51.100.7,`);
	});
});

it('copied text has a line for each connection and as many cells in each', () => {
	const lines = toText([row(flow()), row(flow())], named('tab\there'))
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
