// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import {
	formatBytes,
	formatCount,
	formatEndpoint,
	formatShare,
	shortenIPv6
} from '../../../web/src/ui/format.ts';

it.each([
	[0, '0 B'],
	[0.4, '0 B'],
	[999, '999 B'],
	[999.6, '1.00 kB'],
	[1000, '1.00 kB'],
	[1049, '1.05 kB'],
	[10_049, '10.0 kB'],
	[99_949, '99.9 kB'],
	[99_951, '100 kB'],
	[999_499, '999 kB'],
	[999_500, '1.00 MB'],
	[1.5e12, '1.50 TB'],
	[9.007e18, '9007 PB']
])('%s bytes are %s', (bytes, text) => {
	expect(formatBytes(bytes)).toBe(text);
});

it.each([
	[0, '0'],
	[999, '999'],
	[65_536, '65\u202f536'],
	[1_000_000.4, '1\u202f000\u202f000']
])('%s is counted as %s', (count, text) => {
	expect(formatCount(count)).toBe(text);
});

it.each([
	[0, 0, '–'],
	[0, 5, '0 %'],
	[5, 5, '100 %'],
	[1, 3, '33.3 %'],
	[1, 100_000, '< 0.1 %'],
	[99_999, 100_000, '> 99.9 %']
])('%s of %s is %s', (part, whole, text) => {
	expect(formatShare(part, whole)).toBe(text);
});

it.each([
	['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
	['0000:0000:0000:0000:0000:0000:0000:0000', '::'],
	['2001:0db8:0000:0001:0000:0000:0000:0001', '2001:db8:0:1::1'],
	['2001:0000:0000:0001:0000:0000:0001:0001', '2001::1:0:0:1:1'],
	['2001:0db8:0000:0001:0001:0001:0001:0001', '2001:db8:0:1:1:1:1:1'],
	['2001:db8::1', '2001:db8::1'],
	['192.168.1.1', '192.168.1.1']
])('%s is written %s', (address, text) => {
	expect(shortenIPv6(address)).toBe(text);
});

it('an end has its port, and IPv6 brackets around the address', () => {
	expect(formatEndpoint('192.168.1.1', 53)).toBe('192.168.1.1:53');
	expect(formatEndpoint('192.168.1.1', null)).toBe('192.168.1.1');
	expect(formatEndpoint('2001:0db8:0000:0000:0000:0000:0000:0001', 53)).toBe('[2001:db8::1]:53');
	expect(formatEndpoint('fe80::1', null)).toBe('fe80::1');
});
