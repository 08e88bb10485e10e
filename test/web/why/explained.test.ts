// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
/** A connection explained: asked when it is opened, in the router's words of it. */
import { h, render } from 'preact';
import { beforeEach, expect, it } from 'vitest';
import type { Flow, FlowExplanation, FlowReason, PolicyRule } from '../../../rpcd/api/index.ts';
import { UbusError, type UbusClient } from '../../../web/src/lib/ubus/index.ts';
import { Explained } from '../../../web/src/why/Explained.tsx';
import { explainReason } from '../../../web/src/why/reasons.ts';
import { flow, tuple } from '../flows/flows.ts';

let asked: object[];
let answer: () => Promise<FlowExplanation>;
const router = {
	call: (_object: string, _method: string, args: object) => {
		asked.push(args);
		return answer();
	}
} as Pick<UbusClient, 'call'>;

const explained = (part: Partial<FlowExplanation>): FlowExplanation => ({
	flow: flow(),
	comes_by: null,
	goes_by: null,
	reasons: [],
	checked: ['table', 'rule'],
	took_us: 1,
	...part
});

beforeEach(() => {
	asked = [];
	render(null, document.body);
});

async function show(each: Flow, onKeep: ((rule: PolicyRule) => void) | null = null): Promise<string> {
	render(h(Explained, { flow: each, router, onKeep }), document.body);
	for (let turn = 0; turn < 10; turn++) await Promise.resolve();
	await new Promise((resolve) => setTimeout(resolve, 0));
	return document.body.textContent;
}

it('asks by what the initiator sends, once, and again when the path has changed', async () => {
	answer = () =>
		Promise.resolve(
			explained({
				reasons: [{ code: 'few_packets', packets: 1 }],
				comes_by: { device: 'br-lan', zone: 'lan' },
				goes_by: { device: 'wan', zone: null }
			})
		);
	const text = await show(flow());
	expect(text).toContain('Only 1 packet was seen so far');
	expect(text).toContain('Comes by br-lan (lan), goes by wan.');
	await show(flow());
	expect(asked).toEqual([
		{
			family: 'ipv4',
			protocol: 'tcp',
			source: '192.168.1.100',
			destination: '198.51.100.7',
			source_port: 40000,
			destination_port: 443
		}
	]);
	await show(flow({ path: 'software' }));
	expect(asked).toHaveLength(2);
});

it('names no port where there is none', async () => {
	answer = () => Promise.resolve(explained({ reasons: [{ code: 'protocol', protocol: 'icmp' }] }));
	const ports = { source_port: null, destination_port: null };
	expect(await show(flow({ protocol: 'icmp', original: tuple(ports) }))).toContain('ICMP is never offloaded');
	expect(Object.keys(asked[0] ?? {})).not.toContain('source_port');
});

it('says what was checked where nothing explains it, and why it could not be asked', async () => {
	answer = () => Promise.resolve(explained({}));
	expect(await show(flow())).toContain('Unknown. Checked and found in order: connection table, rule.');
	render(null, document.body);
	answer = () => Promise.reject(new UbusError({ kind: 'denied' }, 'luci.nft-offload.explain_flow'));
	expect(await show(flow())).toContain('Your session may not do this.');
});

it.each<FlowReason>([
	{ code: 'offloaded', path: 'hardware', one_way: true },
	{ code: 'gone' },
	{ code: 'not_set_up' },
	{ code: 'no_rule' },
	{ code: 'local', end: 'destination', address: '192.168.1.1' },
	{ code: 'not_unicast', address: '239.1.1.1' },
	{ code: 'one_direction' },
	{ code: 'tcp_state', state: 'TIME_WAIT' },
	{ code: 'helper', helper: 'ftp', chain: 'inet fw4 helper_lan', rule: 'ct helper set "ftp"' },
	{ code: 'bridged', device: 'br-lan' },
	{ code: 'ipsec' },
	{ code: 'no_forwarding', source_zone: 'guest', destination_zone: 'lan' },
	{ code: 'not_covered', device: 'wg0', missing: [] },
	{ code: 'timed_out', seconds: 30 },
	{ code: 'idle', seconds: 4000 }
])('says a reason with what it was found by: $code', (reason) => {
	const { text, advice } = explainReason(reason);
	for (const [key, value] of Object.entries(reason))
		if (key !== 'code' && key !== 'end' && typeof value === 'string' && key !== 'path')
			expect(`${text} ${advice}`).toContain(value);
	expect(text).toMatch(/[.”]$/);
	expect(text).not.toContain('%s');
});

it('keeps the client on the CPU, be it the one that began the connection or the one that it is forwarded to', async () => {
	answer = () =>
		Promise.resolve(explained({ reasons: [{ code: 'offloaded', path: 'software', one_way: false }] }));
	const kept: PolicyRule[] = [];
	for (const each of [
		flow({ path: 'software' }),
		flow({
			path: 'software',
			original: tuple({ source: '203.0.113.9', destination: '198.51.100.2' }),
			reply: tuple({ source: '192.168.1.50', destination: '203.0.113.9' })
		})
	]) {
		render(null, document.body);
		await show(each, (rule) => kept.push(rule));
		document.querySelector('button')?.click();
	}
	expect(kept).toEqual([
		{ name: '192.168.1.100', clients: ['192.168.1.100'] },
		{ name: '192.168.1.50', clients: ['192.168.1.50'] }
	]);
});
