// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { cleanName, Hosts } from '../../../web/src/flows/hosts.ts';

describe('a name that a host gave itself', () => {
	it('stays what it is when it is harmless', () => {
		for (const name of ['laptop', 'Küche', '客厅', '<b>&amp;</b>', "'; DROP TABLE", '{{7*7}} %s'])
			expect(cleanName(name)).toBe(name);
	});

	it('loses what is not seen or turns the text around it', () => {
		expect(cleanName('\u202efdp.exe\u200b')).toBe('fdp.exe');
		expect(cleanName('a\u0000b\u001b[31m\u2066c\u2069\ufeff')).toBe('ab[31mc');
		expect(cleanName('  two\twords\n')).toBe('twowords');
		expect(cleanName('\ud800')).toBe('');
	});

	it('is no longer than a name can be, without cutting a character in two', () => {
		expect(cleanName('w'.repeat(63))).toBe('w'.repeat(63));
		expect(cleanName('w'.repeat(300))).toBe(`${'w'.repeat(62)}…`);
		expect(cleanName('😀'.repeat(300))).toBe(`${'😀'.repeat(62)}…`);
	});
});

describe('the names of hosts', () => {
	const hosts = new Hosts(
		{
			'02:00:00:00:00:01': {
				name: 'old',
				ipaddrs: ['192.168.1.10'],
				ip6addrs: ['2001:db8:0:0:0:0:0:a']
			},
			'02:00:00:00:00:02': { ipaddrs: ['192.168.1.11'], ip6addrs: [] },
			'02:00:00:00:00:03': { name: '\u202e', ipaddrs: ['192.168.1.12'], ip6addrs: [] },
			'02:00:00:00:00:04': { name: '__proto__', ipaddrs: ['192.168.1.13'], ip6addrs: [] }
		},
		{
			dhcp_leases: [{ expires: 60, hostname: 'laptop', ipaddr: '192.168.1.10' }],
			dhcp6_leases: [
				{ expires: false, hostname: 'laptop', ip6addr: '2001:DB8::b', ip6addrs: ['2001:db8::c/128'] }
			]
		}
	);

	it('are found in each form of an address, the lease’s before the hint’s', () => {
		expect(hosts.nameOf('192.168.1.10')).toBe('laptop');
		expect(hosts.nameOf('2001:0db8:0000:0000:0000:0000:0000:000a')).toBe('old');
		expect(hosts.nameOf('2001:db8::b')).toBe('laptop');
		expect(hosts.nameOf('2001:db8::c')).toBe('laptop');
		expect(hosts.nameOf('192.168.1.13')).toBe('__proto__');
	});

	it('are empty where there is none to show', () => {
		for (const address of ['192.168.1.11', '192.168.1.12', 'constructor', ''])
			expect(hosts.nameOf(address)).toBe('');
	});

	it('lead to the address that a client is found by: IPv4 where there is one', () => {
		expect(hosts.addressOf(' OLD ')).toBe('2001:db8::a');
		expect(hosts.addressOf('Laptop')).toBe('192.168.1.10');
		expect(hosts.addressOf('nobody')).toBeNull();
		const twins = new Hosts({
			one: { name: 'android', ipaddrs: ['192.168.1.14'], ip6addrs: [] },
			other: { name: 'android', ipaddrs: ['192.168.1.15'], ip6addrs: [] }
		});
		expect(twins.addressOf('android')).toBeNull();
	});
});
