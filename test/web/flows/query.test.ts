// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { narrowed } from '../../../web/src/flows/match.ts';
import {
	directionOf,
	EVERYTHING,
	fromHash,
	isAddress,
	measureOf,
	sortBy,
	toArguments,
	isWhole,
	toHash,
	type Query
} from '../../../web/src/flows/query.ts';
import { counted, flow, row, tuple } from './flows.ts';

const SOME: Query = {
	view: 'clients',
	path: 'hardware',
	family: 'ipv6',
	protocol: 'udp',
	client: '2001:db8::1',
	breakdown: true,
	search: ':443 & "more"=%20#',
	sort: 'reply_packets',
	limit: 100,
	offset: 300
};

describe('the part of the address after #', () => {
	it('keeps what is asked', () => {
		expect(fromHash(`#${toHash(SOME)}`)).toEqual(SOME);
		expect(fromHash(toHash(EVERYTHING))).toEqual(EVERYTHING);
		expect(toHash(EVERYTHING)).toBe('');
		expect(toHash({ ...EVERYTHING, path: 'cpu' })).toBe('path=cpu');
	});

	it.each([
		'#',
		'#path=__proto__&family=constructor&view=toString',
		'#protocol=<img src=x>&client=javascript:alert(1)',
		`#search=${'x'.repeat(65)}`,
		'#search=%00%0a',
		'#search=%E2%80%AEgpj',
		'#%E0%A4%A&=&&==',
		'#limit=1e9&offset=-50&sort=__defineGetter__',
		'#limit=201&offset=99999&sort=',
		'#offset=0x10',
		'#breakdown=1'
	])('takes %s for nothing special', (hash) => {
		expect(fromHash(hash)).toEqual(EVERYTHING);
	});

	it('names whole pages within the router’s reach', () => {
		expect(fromHash('#offset=120').offset).toBe(100);
		expect(fromHash('#offset=1999&limit=200').offset).toBe(1800);
		expect(fromHash('#offset=2000').offset).toBe(0);
	});
});

describe('what the router is asked', () => {
	it('leaves out what is as usual', () => {
		expect(toArguments({ ...EVERYTHING, sort: 'bytes' })).toEqual({ limit: 50, sort: 'bytes' });
	});

	it('is the most rows where the page finds the fastest among them', () => {
		expect(toArguments(EVERYTHING)).toEqual({ limit: 200, sort: 'bytes' });
		expect(toArguments({ ...EVERYTHING, offset: 50, path: 'cpu' })).toEqual({
			limit: 200,
			sort: 'bytes',
			path: 'cpu'
		});
		expect(isWhole({ ...EVERYTHING, offset: 50 })).toBe(true);
		expect(isWhole({ ...EVERYTHING, path: 'cpu' })).toBe(false);
		expect(isWhole({ ...EVERYTHING, view: 'clients' })).toBe(false);
	});

	it('says the rest', () => {
		expect(toArguments(SOME)).toEqual({
			limit: 100,
			sort: 'reply_packets',
			offset: 300,
			path: 'hardware',
			family: 'ipv6',
			protocol: 'udp',
			client: '2001:db8::1',
			search: ':443 & "more"=%20#',
			breakdown: true,
			group: 'client'
		});
	});

	it('sorts by a measure in a direction', () => {
		for (const measure of ['bytes', 'packets'] as const)
			for (const direction of ['both', 'original', 'reply'] as const) {
				const sort = sortBy(measure, direction);
				expect([measureOf(sort), directionOf(sort)]).toEqual([measure, direction]);
			}
	});
});

it.each([
	['192.168.1.1', true],
	['192.168.1.256', false],
	['192.168.1', false],
	['01.2.3.4', false],
	['::1', true],
	['2001:db8::ffff:192.0.2.1', true],
	['2001:db8:::1', false],
	['fe80::1%eth0', false],
	['::1]/x', false],
	['', false]
])('%s is an address: %s', (text, is) => {
	expect(isAddress(text)).toBe(is);
});

describe('the rows at hand, narrowed', () => {
	const tcp = row(counted('software', 100, 9000));
	const udp = row(flow({ protocol: 'udp', state: null, original: tuple({ bytes: 5000, source_port: 53 }) }));
	const ipv6 = row(
		flow({
			family: 'ipv6',
			original: tuple({ source: '2001:0db8:0000:0000:0000:0000:0000:0001', bytes: 1 }),
			reply: tuple({ bytes: 1 })
		})
	);
	const rows = [tcp, udp, ipv6];
	const found = (part: Partial<Query>) => narrowed(rows, { ...EVERYTHING, ...part });

	it('keep what fits', () => {
		expect(found({ path: 'software' })).toEqual([tcp]);
		expect(found({ protocol: 'udp' })).toEqual([udp]);
		expect(found({ family: 'ipv6' })).toEqual([ipv6]);
		expect(found({ client: '2001:db8::1' })).toEqual([ipv6]);
		expect(found({ search: '2001:db8::1' })).toEqual([ipv6]);
		expect(found({ search: 'ESTAB' })).toEqual([tcp, ipv6]);
		expect(found({ search: '53' })).toEqual([udp]);
		expect(found({ search: 'nowhere' })).toEqual([]);
	});

	it('stand in the order asked for', () => {
		expect(found({ sort: 'bytes' })).toEqual([tcp, udp, ipv6]);
		expect(found({ sort: 'reply_bytes' })).toEqual([tcp, udp, ipv6]);
		expect(found({ sort: 'original_bytes' })).toEqual([udp, tcp, ipv6]);
		expect(found({ sort: 'original_bytes', limit: 25 })).toHaveLength(3);
	});
});
